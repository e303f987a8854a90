//! Parser objects.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::pyexpat::engine::{Code, Kind, Parser};

use super::expat_error;
use crate::prelude::*;
use crate::support::lock::{Held, Monitor};

/// What is called on an event, in the order of the names.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Handler {
    StartElement,
    EndElement,
    ProcessingInstruction,
    CharacterData,
    UnparsedEntityDecl,
    NotationDecl,
    StartNamespaceDecl,
    EndNamespaceDecl,
    Comment,
    StartCdataSection,
    EndCdataSection,
    Default,
    DefaultExpand,
    NotStandalone,
    ExternalEntityRef,
    StartDoctypeDecl,
    EndDoctypeDecl,
    EntityDecl,
    XmlDecl,
    ElementDecl,
    AttlistDecl,
    SkippedEntity,
}

/// How many handlers there are.
pub const HANDLERS: usize = Handler::SkippedEntity as usize + 1;

impl Handler {
    /// The kind of events it is for.
    fn kind(self) -> Kind {
        match self {
            Handler::StartElement => Kind::StartElement,
            Handler::EndElement => Kind::EndElement,
            Handler::ProcessingInstruction => Kind::Pi,
            Handler::CharacterData => Kind::Text,
            Handler::UnparsedEntityDecl => Kind::UnparsedEntityDecl,
            Handler::NotationDecl => Kind::NotationDecl,
            Handler::StartNamespaceDecl => Kind::StartNamespace,
            Handler::EndNamespaceDecl => Kind::EndNamespace,
            Handler::Comment => Kind::Comment,
            Handler::StartCdataSection => Kind::StartCdata,
            Handler::EndCdataSection => Kind::EndCdata,
            Handler::Default | Handler::DefaultExpand => Kind::Default,
            Handler::NotStandalone => Kind::NotStandalone,
            Handler::ExternalEntityRef => Kind::ExternalEntityRef,
            Handler::StartDoctypeDecl => Kind::StartDoctype,
            Handler::EndDoctypeDecl => Kind::EndDoctype,
            Handler::EntityDecl => Kind::EntityDecl,
            Handler::XmlDecl => Kind::XmlDecl,
            Handler::ElementDecl => Kind::ElementDecl,
            Handler::AttlistDecl => Kind::AttlistDecl,
            Handler::SkippedEntity => Kind::SkippedEntity,
        }
    }
}

/// The parser with what belongs to it and holds no objects.
pub struct Engine {
    pub parser: Parser,
    /// Character data that was not reported yet, if it is collected.
    pub buffer: Vec<u8>,
    /// The last error, 0 if there was none.
    pub error: u8,
    /// Which of the two default handlers was set last.
    pub default: Handler,
}

#[derive(Trace)]
pub struct XmlParser {
    pub engine: Monitor<Engine>,
    /// A list: the handlers, or None.
    pub handlers: Slot,
    /// A list: the parser's names by their numbers.
    pub names: Slot,
    /// The dict that interns names, or None.
    pub intern: Slot,
    /// A handler is being called.
    pub in_callback: AtomicBool,
    pub buffer_text: AtomicBool,
    pub buffer_size: AtomicUsize,
    pub ordered_attributes: AtomicBool,
    pub specified_attributes: AtomicBool,
    pub namespace_prefixes: AtomicBool,
}
impl Native for XmlParser {
    const PY_NAME: &'static str = "pyexpat.xmlparser";
}

pub type This = Obj<XmlParser>;
pub type HeldEngine<'a> = Held<'a, Engine>;

pub static SPEC: TypeSpec = TypeSpec {
    name: "xmlparser",
    module: "pyexpat",
    doc: Some("XML parser"),
    layout: Layout::native::<XmlParser>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[
        super::methods::Methods::DEFS,
        super::attributes::Handlers::DEFS,
        super::attributes::Attributes::DEFS,
    ],
    ..TypeSpec::DEFAULT
};

/// An argument that is a str without NUL, or None.
pub fn str_or_none(
    cx: &mut Cx,
    v: Option<Value>,
    (function, argument): (&str, &str),
) -> PyResult<Option<String>> {
    let Some(v) = v.filter(|v| !v.is_none()) else {
        return Ok(None);
    };
    let Some(s) = Gc::<Str>::from_value(v) else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "{function}() argument {argument} must be str or None, not {got}"
        )));
    };
    let text = cx.utf8(s)?;
    if text.contains('\0') {
        return Err(cx.value_error("embedded null character"));
    }
    Ok(Some(text.to_owned()))
}

pub fn make(cx: &mut Cx, mut parser: Parser, intern: Value) -> PyResult<Value> {
    parser.want(Kind::UnknownEncoding, true);
    let class = cx.native_type(&SPEC)?;
    let handlers = cx.new_list(&[Value::none(); HANDLERS]);
    let names = cx.new_list(&[]);
    let engine = Engine {
        parser,
        buffer: Vec::new(),
        error: 0,
        default: Handler::Default,
    };
    let payload = XmlParser {
        engine: Monitor::new(engine),
        handlers: slot(handlers),
        names: slot(names),
        intern: slot(intern),
        in_callback: AtomicBool::new(false),
        buffer_text: AtomicBool::new(false),
        buffer_size: AtomicUsize::new(8192),
        ordered_attributes: AtomicBool::new(false),
        specified_attributes: AtomicBool::new(false),
        namespace_prefixes: AtomicBool::new(false),
    };
    Ok(NativeObj::alloc(cx, class, payload).value())
}

impl XmlParser {
    pub fn handlers(&self) -> Gc<List> {
        Gc::from_value_unchecked(self.handlers.get())
    }

    pub fn handler(&self, h: Handler) -> Option<Value> {
        let v = self.handlers().get(h as usize)?;
        (!v.is_none()).then_some(v)
    }
}

/// Sets a handler; None takes it away.
pub fn set_handler(cx: &mut Cx, this: This, h: Handler, v: Option<Value>) -> PyResult<()> {
    let Some(v) = v else {
        return Err(cx.runtime_error("Cannot delete attribute"));
    };
    let mut engine = this.engine.enter(cx, this.value())?;
    if h == Handler::CharacterData {
        // What was collected goes to the handler of its time.
        super::dispatch::flush(cx, this, &mut engine)?;
    }
    this.handlers().set(cx, h as usize, v);
    engine.parser.want(h.kind(), !v.is_none());
    if matches!(h, Handler::Default | Handler::DefaultExpand) {
        engine.default = h;
        let expand = h == Handler::DefaultExpand;
        engine.parser.set_expand_internal(expand);
    }
    Ok(())
}

/// After an error in a handler, none is called any more.
pub fn clear_handlers(cx: &mut Cx, this: This, engine: &mut HeldEngine<'_>) {
    for h in 0..HANDLERS {
        this.handlers().set(cx, h, Value::none());
    }
    engine.buffer.clear();
    engine.parser.abort();
}

/// The error of a parser at its position.
#[cold]
pub fn parse_error(cx: &mut Cx, engine: &mut HeldEngine<'_>, code: Code) -> Raised {
    engine.error = code as u8;
    let p = engine.parser.position();
    let (line, column) = (p.line + 1, p.column);
    let message = format!("{}: line {line}, column {column}", code.message());
    expat_error(cx, code, line, column, &message)
}

/// A setting that does not suit the parser.
#[cold]
pub fn argument_error(cx: &mut Cx, engine: &mut HeldEngine<'_>, message: &str) -> Raised {
    let p = engine.parser.position();
    expat_error(cx, Code::InvalidArgument, p.line + 1, p.column, message)
}

/// Whether `this` calls a handler right now.
pub fn in_callback(this: This) -> bool {
    this.in_callback.load(Ordering::Relaxed)
}
