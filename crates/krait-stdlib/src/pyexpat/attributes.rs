//! The attributes of parsers.

use std::sync::atomic::{AtomicBool, Ordering};

use krait_runtime::types::int::is_int;

use super::dispatch;
use super::parser::{Handler, This, set_handler};
use crate::prelude::*;

/// Attributes that are handlers.
macro_rules! handlers {
    ($($get:ident, $set:ident, $name:tt, $handler:ident;)*) => {
        pub struct Handlers;

        #[pymethods]
        impl Handlers {
            $(
                #[py(getter, name = $name)]
                fn $get(this: This) -> Value {
                    this.handler(Handler::$handler).unwrap_or(Value::none())
                }
                #[py(setter = $name)]
                fn $set(cx: &mut Cx, this: This, value: Option<Value>) -> PyResult<()> {
                    set_handler(cx, this, Handler::$handler, value)
                }
            )*
        }
    };
}

handlers! {
    start_element, set_start_element, "StartElementHandler", StartElement;
    end_element, set_end_element, "EndElementHandler", EndElement;
    pi, set_pi, "ProcessingInstructionHandler", ProcessingInstruction;
    text, set_text, "CharacterDataHandler", CharacterData;
    unparsed, set_unparsed, "UnparsedEntityDeclHandler", UnparsedEntityDecl;
    notation, set_notation, "NotationDeclHandler", NotationDecl;
    start_ns, set_start_ns, "StartNamespaceDeclHandler", StartNamespaceDecl;
    end_ns, set_end_ns, "EndNamespaceDeclHandler", EndNamespaceDecl;
    comment, set_comment, "CommentHandler", Comment;
    start_cdata, set_start_cdata, "StartCdataSectionHandler", StartCdataSection;
    end_cdata, set_end_cdata, "EndCdataSectionHandler", EndCdataSection;
    default, set_default, "DefaultHandler", Default;
    default_expand, set_default_expand, "DefaultHandlerExpand", DefaultExpand;
    not_standalone, set_not_standalone, "NotStandaloneHandler", NotStandalone;
    external, set_external, "ExternalEntityRefHandler", ExternalEntityRef;
    start_doctype, set_start_doctype, "StartDoctypeDeclHandler", StartDoctypeDecl;
    end_doctype, set_end_doctype, "EndDoctypeDeclHandler", EndDoctypeDecl;
    entity, set_entity, "EntityDeclHandler", EntityDecl;
    xml_decl, set_xml_decl, "XmlDeclHandler", XmlDecl;
    element_decl, set_element_decl, "ElementDeclHandler", ElementDecl;
    attlist, set_attlist, "AttlistDeclHandler", AttlistDecl;
    skipped, set_skipped, "SkippedEntityHandler", SkippedEntity;
}

/// A value to set; there is no deleting.
fn required(cx: &mut Cx, value: Option<Value>) -> PyResult<Value> {
    value.ok_or_else(|| cx.runtime_error("Cannot delete attribute"))
}

fn set_flag(cx: &mut Cx, flag: &AtomicBool, value: Option<Value>) -> PyResult<()> {
    let v = required(cx, value)?;
    let on = cx.is_true(v)?;
    flag.store(on, Ordering::Relaxed);
    Ok(())
}

/// Line and column of the current event, the line counted from 1.
fn position(cx: &mut Cx, this: This) -> PyResult<(i64, i64)> {
    let p = this.engine.enter(cx, this.value())?.parser.position();
    Ok((p.line as i64 + 1, p.column as i64))
}

fn byte_index(cx: &mut Cx, this: This) -> PyResult<i64> {
    let index = this.engine.enter(cx, this.value())?.parser.byte_index();
    Ok(index.map_or(-1, |n| n as i64))
}

pub struct Attributes;

#[pymethods]
impl Attributes {
    #[py(getter)]
    fn ErrorCode(cx: &mut Cx, this: This) -> PyResult<i64> {
        Ok(this.engine.enter(cx, this.value())?.error.into())
    }
    #[py(getter)]
    fn ErrorLineNumber(cx: &mut Cx, this: This) -> PyResult<i64> {
        Ok(position(cx, this)?.0)
    }
    #[py(getter)]
    fn ErrorColumnNumber(cx: &mut Cx, this: This) -> PyResult<i64> {
        Ok(position(cx, this)?.1)
    }
    #[py(getter)]
    fn ErrorByteIndex(cx: &mut Cx, this: This) -> PyResult<i64> {
        byte_index(cx, this)
    }
    #[py(getter)]
    fn CurrentLineNumber(cx: &mut Cx, this: This) -> PyResult<i64> {
        Ok(position(cx, this)?.0)
    }
    #[py(getter)]
    fn CurrentColumnNumber(cx: &mut Cx, this: This) -> PyResult<i64> {
        Ok(position(cx, this)?.1)
    }
    #[py(getter)]
    fn CurrentByteIndex(cx: &mut Cx, this: This) -> PyResult<i64> {
        byte_index(cx, this)
    }
    #[py(getter, member)]
    fn intern(this: This) -> Value {
        this.intern.get()
    }
    #[py(getter)]
    fn buffer_size(this: This) -> i64 {
        this.buffer_size.load(Ordering::Relaxed) as i64
    }
    #[py(setter = "buffer_size")]
    fn set_buffer_size(cx: &mut Cx, this: This, value: Option<Value>) -> PyResult<()> {
        let v = required(cx, value)?;
        if !is_int(v) {
            return Err(cx.type_error("buffer_size must be an integer"));
        }
        let Some(n) = cx.index_i64(v)? else {
            return Err(cx.overflow_error("Python int too large to convert to C long"));
        };
        if n <= 0 {
            return Err(cx.value_error("buffer_size must be greater than zero"));
        }
        if n == this.buffer_size.load(Ordering::Relaxed) as i64 {
            return Ok(());
        }
        if n > i64::from(i32::MAX) {
            return Err(cx.value_error("buffer_size must not be greater than 2147483647"));
        }
        let mut engine = this.engine.enter(cx, this.value())?;
        dispatch::flush(cx, this, &mut engine)?;
        this.buffer_size.store(n as usize, Ordering::Relaxed);
        Ok(())
    }
    #[py(getter)]
    fn buffer_text(this: This) -> bool {
        this.buffer_text.load(Ordering::Relaxed)
    }
    #[py(setter = "buffer_text")]
    fn set_buffer_text(cx: &mut Cx, this: This, value: Option<Value>) -> PyResult<()> {
        let v = required(cx, value)?;
        let on = cx.is_true(v)?;
        if !on {
            let mut engine = this.engine.enter(cx, this.value())?;
            dispatch::flush(cx, this, &mut engine)?;
        }
        this.buffer_text.store(on, Ordering::Relaxed);
        Ok(())
    }
    #[py(getter)]
    fn buffer_used(cx: &mut Cx, this: This) -> PyResult<i64> {
        Ok(this.engine.enter(cx, this.value())?.buffer.len() as i64)
    }
    #[py(getter)]
    fn namespace_prefixes(this: This) -> bool {
        this.namespace_prefixes.load(Ordering::Relaxed)
    }
    #[py(setter = "namespace_prefixes")]
    fn set_namespace_prefixes(cx: &mut Cx, this: This, value: Option<Value>) -> PyResult<()> {
        set_flag(cx, &this.namespace_prefixes, value)?;
        let on = this.namespace_prefixes.load(Ordering::Relaxed);
        this.engine.enter(cx, this.value())?.parser.set_triplets(on);
        Ok(())
    }
    #[py(getter)]
    fn ordered_attributes(this: This) -> bool {
        this.ordered_attributes.load(Ordering::Relaxed)
    }
    #[py(setter = "ordered_attributes")]
    fn set_ordered_attributes(cx: &mut Cx, this: This, value: Option<Value>) -> PyResult<()> {
        set_flag(cx, &this.ordered_attributes, value)
    }
    #[py(getter)]
    fn specified_attributes(this: This) -> bool {
        this.specified_attributes.load(Ordering::Relaxed)
    }
    #[py(setter = "specified_attributes")]
    fn set_specified_attributes(cx: &mut Cx, this: This, value: Option<Value>) -> PyResult<()> {
        set_flag(cx, &this.specified_attributes, value)
    }
}
