//! From events to calls of handlers.

use std::sync::atomic::Ordering;

use crate::pyexpat::engine::{Answer, ByteMap, Event, Maybe, Model, NameId, Parser, Step, Text};

use super::parser::{Handler, HeldEngine, This, clear_handlers, parse_error};
use crate::prelude::*;

/// Reports everything up to the end of what the parser was fed with.
pub fn run(cx: &mut Cx, this: This, engine: &mut HeldEngine<'_>) -> PyResult<()> {
    loop {
        match engine.parser.next_step() {
            Step::Event(event) => report(cx, this, engine, event)?,
            Step::Wait => return Ok(()),
            Step::Error(code) => return Err(parse_error(cx, engine, code)),
        }
    }
}

/// Calls a handler, with the parser free for it to use.
fn call(
    cx: &mut Cx,
    this: This,
    engine: &mut HeldEngine<'_>,
    handler: Value,
    args: &[Value],
) -> PyResult<Value> {
    this.in_callback.store(true, Ordering::Relaxed);
    let result = engine.outside(cx, |cx| cx.call(handler, args));
    this.in_callback.store(false, Ordering::Relaxed);
    if result.is_err() {
        clear_handlers(cx, this, engine);
    }
    result
}

fn call_with_text(
    cx: &mut Cx,
    this: This,
    engine: &mut HeldEngine<'_>,
    text: &[u8],
) -> PyResult<()> {
    if let Some(handler) = this.handler(Handler::CharacterData) {
        let text = cx.new_str_wtf8(text);
        call(cx, this, engine, handler, &[text])?;
    }
    Ok(())
}

/// Reports character data that was collected.
pub fn flush(cx: &mut Cx, this: This, engine: &mut HeldEngine<'_>) -> PyResult<()> {
    if engine.buffer.is_empty() {
        return Ok(());
    }
    let mut text = std::mem::take(&mut engine.buffer);
    let result = call_with_text(cx, this, engine, &text);
    if engine.buffer.is_empty() {
        text.clear();
        engine.buffer = text;
    }
    result
}

fn character_data(
    cx: &mut Cx,
    this: This,
    engine: &mut HeldEngine<'_>,
    text: &Text,
) -> PyResult<()> {
    if !this.buffer_text.load(Ordering::Relaxed) {
        let Some(handler) = this.handler(Handler::CharacterData) else {
            return Ok(());
        };
        let text = cx.new_str_wtf8(engine.parser.text(text));
        call(cx, this, engine, handler, &[text])?;
        return Ok(());
    }
    let size = this.buffer_size.load(Ordering::Relaxed);
    let text = engine.parser.text(text).to_vec();
    if engine.buffer.len() + text.len() > size {
        flush(cx, this, engine)?;
        if this.handler(Handler::CharacterData).is_none() {
            return Ok(());
        }
    }
    if text.len() > size {
        return call_with_text(cx, this, engine, &text);
    }
    engine.buffer.extend_from_slice(&text);
    Ok(())
}

/// A name, interned if the program wants that.
fn intern(cx: &mut Cx, this: This, name: &[u8]) -> PyResult<Value> {
    let s = cx.new_str_wtf8(name);
    match Gc::<Dict>::from_value(this.intern.get()) {
        Some(dict) => Ok(dict.set_default(cx, s, s)?.0),
        None => Ok(s),
    }
}

fn intern_maybe(cx: &mut Cx, this: This, name: &Maybe) -> PyResult<Value> {
    match name {
        Some(name) => intern(cx, this, name.as_bytes()),
        None => Ok(Value::none()),
    }
}

fn str_maybe(cx: &mut Cx, text: &Maybe) -> Value {
    text.as_ref().map_or(Value::none(), |t| cx.new_str(t))
}

/// The str of a name of the parser: always the same one.
fn name(cx: &mut Cx, this: This, parser: &Parser, id: NameId) -> PyResult<Value> {
    let names: Gc<List> = Gc::from_value_unchecked(this.names.get());
    let i = id.0 as usize;
    if let Some(v) = names.get(i).filter(|v| !v.is_none()) {
        return Ok(v);
    }
    let v = intern(cx, this, parser.name(id))?;
    while names.len() <= i {
        names.push(cx, Value::none())?;
    }
    names.set(cx, i, v);
    Ok(v)
}

/// The attributes of a start tag: a list of names and values, or a dict.
fn attributes(cx: &mut Cx, this: This, parser: &Parser) -> PyResult<Value> {
    let all = parser.attributes();
    let count = if this.specified_attributes.load(Ordering::Relaxed) {
        parser.specified_attributes()
    } else {
        all.len()
    };
    if this.ordered_attributes.load(Ordering::Relaxed) {
        let mut items = ValueVec::with_capacity(cx, 2 * count)?;
        for (id, value) in all.take(count) {
            let name = name(cx, this, parser, id)?;
            items.push(cx, name)?;
            let value = cx.new_str_wtf8(value);
            items.push(cx, value)?;
        }
        return Ok(List::from_vec(cx, items).value());
    }
    let dict = cx.new_dict();
    for (id, value) in all.take(count) {
        let name = name(cx, this, parser, id)?;
        let value = cx.new_str_wtf8(value);
        dict.set(cx, name, value)?;
    }
    Ok(dict.value())
}

/// How deeply content models may be nested: about what CPython's stack has room for.
const DEEPEST: usize = 170_000;

fn check_depth(cx: &mut Cx, model: &Model) -> PyResult<()> {
    let mut depths = vec![1; model.parts.len()];
    for (i, part) in model.parts.iter().enumerate() {
        if depths[i] > DEEPEST {
            return Err(cx.recursion_error("maximum recursion depth exceeded in a content model"));
        }
        for &child in &part.children {
            depths[child] = depths[i] + 1;
        }
    }
    Ok(())
}

/// A content model as nested tuples. Parts stand behind the one they are in, so the last come first.
fn model(cx: &mut Cx, model: &Model) -> PyResult<Value> {
    check_depth(cx, model)?;
    let mut made = ValueVec::with_capacity(cx, model.parts.len())?;
    for _ in &model.parts {
        made.push(cx, Value::none())?;
    }
    for (i, part) in model.parts.iter().enumerate().rev() {
        let children: &[usize] = &part.children;
        let children = tuple_of(cx, children.len(), |k| made.as_slice()[children[k]])?;
        let name = str_maybe(cx, &part.name);
        let kind = Value::small(part.kind as i64);
        let quantifier = Value::small(part.quantifier as i64);
        let tuple = cx.new_tuple(&[kind, quantifier, name, children]);
        made.set(cx, i, tuple);
    }
    Ok(made.as_slice().first().copied().unwrap_or(Value::none()))
}

/// Calls the handler of an event.
fn report(cx: &mut Cx, this: This, engine: &mut HeldEngine<'_>, event: Event) -> PyResult<()> {
    let handler = match &event {
        Event::Text(text) => return character_data(cx, this, engine, text),
        Event::UnknownEncoding { name } => return unknown_encoding(cx, engine, name),
        Event::StartElement(_) => Handler::StartElement,
        Event::EndElement(_) => Handler::EndElement,
        Event::Pi { .. } => Handler::ProcessingInstruction,
        Event::Comment(_) => Handler::Comment,
        Event::StartCdata => Handler::StartCdataSection,
        Event::EndCdata => Handler::EndCdataSection,
        Event::Default(_) => engine.default,
        Event::XmlDecl { .. } => Handler::XmlDecl,
        Event::StartDoctype { .. } => Handler::StartDoctypeDecl,
        Event::EndDoctype => Handler::EndDoctypeDecl,
        Event::ElementDecl { .. } => Handler::ElementDecl,
        Event::AttlistDecl { .. } => Handler::AttlistDecl,
        Event::EntityDecl { .. } => Handler::EntityDecl,
        Event::NotationDecl { .. } => Handler::NotationDecl,
        Event::UnparsedEntityDecl { .. } => Handler::UnparsedEntityDecl,
        Event::ExternalEntityRef { .. } => Handler::ExternalEntityRef,
        Event::NotStandalone => Handler::NotStandalone,
        Event::SkippedEntity { .. } => Handler::SkippedEntity,
        Event::StartNamespace { .. } => Handler::StartNamespaceDecl,
        Event::EndNamespace { .. } => Handler::EndNamespaceDecl,
    };
    flush(cx, this, engine)?;
    let Some(callee) = this.handler(handler) else {
        return Ok(());
    };
    let mut args = [Value::none(); 7];
    let n = arguments(cx, this, &engine.parser, &event, &mut args)?;
    let result = call(cx, this, engine, callee, &args[..n])?;
    if matches!(
        event,
        Event::ExternalEntityRef { .. } | Event::NotStandalone
    ) {
        let Some(n) = cx.index_i64(result)? else {
            return Err(cx.overflow_error("Python int too large to convert to C long"));
        };
        let answer = if n == 0 { Answer::No } else { Answer::Yes };
        engine.parser.answer(answer);
    }
    Ok(())
}

/// Makes the arguments for the handler of an event. How many there are.
fn arguments(
    cx: &mut Cx,
    this: This,
    parser: &Parser,
    event: &Event,
    args: &mut [Value; 7],
) -> PyResult<usize> {
    Ok(match event {
        Event::StartElement(id) => {
            args[1] = attributes(cx, this, parser)?;
            args[0] = name(cx, this, parser, *id)?;
            2
        }
        Event::EndElement(id) => {
            args[0] = name(cx, this, parser, *id)?;
            1
        }
        Event::Pi { target, data } => {
            args[0] = intern(cx, this, target.as_bytes())?;
            args[1] = cx.new_str_wtf8(parser.text(data));
            2
        }
        Event::Comment(text) | Event::Default(text) | Event::Text(text) => {
            args[0] = cx.new_str_wtf8(parser.text(text));
            1
        }
        Event::XmlDecl {
            version,
            encoding,
            standalone,
        } => {
            args[0] = str_maybe(cx, version);
            args[1] = str_maybe(cx, encoding);
            args[2] = Value::small(standalone.map_or(-1, i64::from));
            3
        }
        Event::SkippedEntity { name, is_parameter } => {
            args[0] = intern(cx, this, name.as_bytes())?;
            args[1] = Value::small((*is_parameter).into());
            2
        }
        Event::StartNamespace { prefix, uri } => {
            args[0] = intern_maybe(cx, this, prefix)?;
            args[1] = intern_maybe(cx, this, uri)?;
            2
        }
        Event::EndNamespace { prefix } => {
            args[0] = intern_maybe(cx, this, prefix)?;
            1
        }
        Event::ExternalEntityRef {
            context,
            base,
            system_id,
            public_id,
        } => {
            args[0] = str_maybe(cx, context);
            args[1] = intern_maybe(cx, this, base)?;
            args[2] = intern_maybe(cx, this, system_id)?;
            args[3] = intern_maybe(cx, this, public_id)?;
            4
        }
        Event::StartCdata
        | Event::EndCdata
        | Event::EndDoctype
        | Event::NotStandalone
        | Event::UnknownEncoding { .. } => 0,
        declaration => declaration_arguments(cx, this, declaration, args)?,
    })
}

/// [`arguments`] for what a document type declaration declares.
fn declaration_arguments(
    cx: &mut Cx,
    this: This,
    event: &Event,
    args: &mut [Value; 7],
) -> PyResult<usize> {
    Ok(match event {
        Event::StartDoctype {
            name,
            system_id,
            public_id,
            has_internal_subset,
        } => {
            args[0] = intern(cx, this, name.as_bytes())?;
            args[1] = intern_maybe(cx, this, system_id)?;
            args[2] = intern_maybe(cx, this, public_id)?;
            args[3] = Value::small((*has_internal_subset).into());
            4
        }
        Event::ElementDecl { name, model: m } => {
            args[0] = intern(cx, this, name.as_bytes())?;
            args[1] = model(cx, m)?;
            2
        }
        Event::AttlistDecl {
            element,
            attribute,
            kind,
            default,
            required,
        } => {
            args[0] = intern(cx, this, element.as_bytes())?;
            args[1] = intern(cx, this, attribute.as_bytes())?;
            args[2] = cx.new_str(kind);
            args[3] = str_maybe(cx, default);
            args[4] = Value::small((*required).into());
            5
        }
        Event::EntityDecl {
            name,
            is_parameter,
            value,
            base,
            system_id,
            public_id,
            notation,
        } => {
            args[0] = intern(cx, this, name.as_bytes())?;
            args[1] = Value::small((*is_parameter).into());
            args[2] = value.as_ref().map_or(Value::none(), |v| cx.new_str_wtf8(v));
            args[3] = intern_maybe(cx, this, base)?;
            args[4] = intern_maybe(cx, this, system_id)?;
            args[5] = intern_maybe(cx, this, public_id)?;
            args[6] = intern_maybe(cx, this, notation)?;
            7
        }
        Event::NotationDecl {
            name,
            base,
            system_id,
            public_id,
        } => {
            args[0] = intern(cx, this, name.as_bytes())?;
            args[1] = intern_maybe(cx, this, base)?;
            args[2] = intern_maybe(cx, this, system_id)?;
            args[3] = intern_maybe(cx, this, public_id)?;
            4
        }
        Event::UnparsedEntityDecl {
            name,
            base,
            system_id,
            public_id,
            notation,
        } => {
            args[0] = intern(cx, this, name.as_bytes())?;
            args[1] = intern_maybe(cx, this, base)?;
            args[2] = intern_maybe(cx, this, system_id)?;
            args[3] = intern_maybe(cx, this, public_id)?;
            args[4] = intern(cx, this, notation.as_bytes())?;
            5
        }
        _ => 0,
    })
}

/// An encoding that the parser does not know: what the codec makes of each byte.
fn unknown_encoding(cx: &mut Cx, engine: &mut HeldEngine<'_>, name: &str) -> PyResult<()> {
    let result = engine.outside(cx, |cx| byte_map(cx, name));
    match result {
        Ok(map) => {
            engine.parser.answer(Answer::Map(map));
            Ok(())
        }
        Err(e) => {
            engine.parser.answer(Answer::No);
            // The parser fails with this answer; the codec's error says more.
            let _ = engine.parser.next_step();
            Err(e)
        }
    }
}

fn byte_map(cx: &mut Cx, name: &str) -> PyResult<Box<ByteMap>> {
    let bytes: Vec<u8> = (0..=255).collect();
    let text = cx.decode(&bytes, Some(name), Some("replace"))?;
    let text = Gc::<Str>::from_value(text).filter(|s| s.char_len() == 256);
    let Some(text) = text else {
        return Err(cx.value_error("multi-byte encodings are not supported"));
    };
    let mut map = Box::new([None; 256]);
    let codes = krait_unicode::wtf8::code_points(text.as_bytes());
    for (entry, code) in map.iter_mut().zip(codes) {
        *entry = char::from_u32(code).filter(|&c| c != char::REPLACEMENT_CHARACTER);
    }
    Ok(map)
}
