//! What parsers do.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::pyexpat::engine::{Account, Code, ParamEntityParsing};
use krait_runtime::protocol::buffer::flags::SIMPLE;
use krait_runtime::types::bytearray::ByteArray;
use krait_runtime::types::bytes::Bytes;

use super::dispatch;
use super::parser::{
    self, HANDLERS, HeldEngine, This, argument_error, in_callback, parse_error, str_or_none,
};
use crate::prelude::*;

/// The most that a parser is fed with at once.
const CHUNK: usize = 1 << 20;

/// How much of a file is read at once.
const READ: usize = 2048;

/// Parses a piece of input. 1 is what expat returns when all is well.
fn feed(
    cx: &mut Cx,
    this: This,
    engine: &mut HeldEngine<'_>,
    data: &[u8],
    last: bool,
) -> PyResult<()> {
    if let Err(code) = engine.parser.feed(data, last) {
        return Err(parse_error(cx, engine, code));
    }
    dispatch::run(cx, this, engine)
}

fn feed_all(
    cx: &mut Cx,
    this: This,
    engine: &mut HeldEngine<'_>,
    mut data: &[u8],
    last: bool,
) -> PyResult<i64> {
    while data.len() > CHUNK {
        feed(cx, this, engine, &data[..CHUNK], false)?;
        data = &data[CHUNK..];
    }
    feed(cx, this, engine, data, last)?;
    dispatch::flush(cx, this, engine)?;
    Ok(1)
}

fn refuse_in_callback(cx: &mut Cx, this: This, method: &str) -> PyResult<()> {
    if in_callback(this) {
        return Err(cx.runtime_error(format!("cannot call {method}() from within a handler")));
    }
    Ok(())
}

/// What the `read` method of a file gives.
fn read(cx: &mut Cx, method: Value) -> PyResult<Vec<u8>> {
    let data = cx.call(method, &[Value::small(READ as i64)])?;
    let bytes = if let Some(b) = Gc::<Bytes>::from_value(data) {
        b.as_bytes().to_vec()
    } else if let Some(b) = Gc::<ByteArray>::from_value(data) {
        b.as_bytes().to_vec()
    } else {
        let got = cx.type_name(data);
        return Err(cx.type_error(format!("read() did not return a bytes object (type={got})")));
    };
    if bytes.len() > READ {
        let n = bytes.len();
        return Err(cx.value_error(format!(
            "read() returned too much data: {READ} bytes requested, {n} returned"
        )));
    }
    Ok(bytes)
}

/// A number of bytes.
struct Threshold(u64);

impl krait_runtime::native::FromArg for Threshold {
    fn from_arg(cx: &mut Cx, v: Value, _: krait_runtime::native::ArgSite) -> PyResult<Threshold> {
        let n = cx.index(v)?;
        let zero = Value::small(0);
        let negative = cx.compare(CompareOp::Lt, n, zero)?;
        if cx.is_true(negative)? {
            return Err(cx.value_error("Cannot convert negative int"));
        }
        if let Some(n) = cx.index_i64(n)? {
            return Ok(Threshold(n as u64));
        }
        let half = cx.binary(Special::RShift, n, Value::small(1))?;
        let low = cx.binary(Special::And, n, Value::small(1))?;
        match (cx.index_i64(half)?, cx.index_i64(low)?) {
            (Some(half), Some(low)) => Ok(Threshold((half as u64) << 1 | low as u64)),
            _ => Err(cx.overflow_error("Python int too large for C unsigned long long")),
        }
    }
}

/// Sets a limit on growth, which only a document's own parser has.
fn set_limit(cx: &mut Cx, this: This, set: impl FnOnce(&Account)) -> PyResult<()> {
    let mut engine = this.engine.enter(cx, this.value())?;
    match engine.parser.limits() {
        Some(account) => {
            set(account);
            Ok(())
        }
        None => Err(argument_error(
            cx,
            &mut engine,
            "parser must be a root parser",
        )),
    }
}

fn set_factor(cx: &mut Cx, this: This, factor: f64, set: fn(&Account, f32)) -> PyResult<()> {
    if factor.is_nan() || factor < 1.0 {
        let mut engine = this.engine.enter(cx, this.value())?;
        let message = if engine.parser.limits().is_some() {
            "'max_factor' must be at least 1.0"
        } else {
            "parser must be a root parser"
        };
        return Err(argument_error(cx, &mut engine, message));
    }
    set_limit(cx, this, |account| set(account, factor as f32))
}

fn copy_flag(from: &AtomicBool, to: &AtomicBool) {
    to.store(from.load(Ordering::Relaxed), Ordering::Relaxed);
}

pub struct Methods;

#[pymethods]
impl Methods {
    /// Parse XML data.
    ///
    /// 'data' can be a bytes-like object or a string.  If it is a string,
    /// the encoding declaration in the XML data is ignored.
    /// 'isfinal' should be true at end of input.
    #[py(sig = "($self, data, isfinal=False, /)")]
    fn Parse(cx: &mut Cx, this: This, data: Value, isfinal: Option<bool>) -> PyResult<i64> {
        refuse_in_callback(cx, this, "Parse")?;
        let last = isfinal.unwrap_or(false);
        if let Some(s) = Gc::<Str>::from_value(data) {
            let text = cx.utf8(s)?;
            let mut engine = this.engine.enter(cx, this.value())?;
            engine.parser.set_encoding("utf-8");
            return feed_all(cx, this, &mut engine, text.as_bytes(), last);
        }
        let buffer = cx.buffer(data, SIMPLE)?;
        let result = match this.engine.enter(cx, this.value()) {
            Ok(mut engine) => feed_all(cx, this, &mut engine, buffer.as_slice(), last),
            Err(e) => Err(e),
        };
        buffer.release(cx)?;
        result
    }
    /// Parse XML data from a binary file-like object.
    ///
    /// Its read() method should return bytes.
    #[py(sig = "($self, file, /)")]
    fn ParseFile(cx: &mut Cx, this: This, file: Value) -> PyResult<i64> {
        refuse_in_callback(cx, this, "ParseFile")?;
        let Some(method) = cx.lookup_attr_str(file, "read")? else {
            return Err(cx.type_error("argument must have 'read' attribute"));
        };
        loop {
            let data = read(cx, method)?;
            let mut engine = this.engine.enter(cx, this.value())?;
            feed(cx, this, &mut engine, &data, data.is_empty())?;
            if data.is_empty() {
                dispatch::flush(cx, this, &mut engine)?;
                return Ok(1);
            }
        }
    }
    /// Set the base URL for the parser.
    #[py(sig = "($self, base, /)")]
    fn SetBase(cx: &mut Cx, this: This, base: Value) -> PyResult<()> {
        let Some(s) = Gc::<Str>::from_value(base) else {
            let got = cx.type_name(base);
            return Err(cx.type_error(format!("SetBase() argument must be str, not {got}")));
        };
        let text = cx.utf8(s)?;
        if text.contains('\0') {
            return Err(cx.value_error("embedded null character"));
        }
        let mut engine = this.engine.enter(cx, this.value())?;
        engine.parser.set_base(Some(text));
        Ok(())
    }
    /// Return base URL string for the parser.
    #[py(sig = "($self, /)")]
    fn GetBase(cx: &mut Cx, this: This) -> PyResult<Value> {
        let engine = this.engine.enter(cx, this.value())?;
        Ok(engine
            .parser
            .base()
            .map_or(Value::none(), |b| cx.new_str(b)))
    }
    /// Return the input which generated the current event as bytes.
    ///
    /// The data is in the encoding of the entity which contains the text.
    /// It extends to the end of the currently buffered input, therefore it
    /// can contain also the data of the following events, and if the event
    /// was generated by a large amount of text, not all of it may be
    /// available.
    #[py(sig = "($self, /)")]
    fn GetInputContext(cx: &mut Cx, this: This) -> PyResult<Value> {
        if !in_callback(this) {
            return Ok(Value::none());
        }
        let engine = this.engine.enter(cx, this.value())?;
        let context = engine.parser.input_context();
        Ok(cx.new_bytes(&context))
    }
    /// Create a parser for parsing an external entity based on the information passed to the ExternalEntityRefHandler.
    #[py(sig = "($self, context, encoding=<unrepresentable>, /)")]
    fn ExternalEntityParserCreate(
        cx: &mut Cx,
        this: This,
        context: Value,
        encoding: Option<Value>,
    ) -> PyResult<Value> {
        let function = "ExternalEntityParserCreate";
        let context = str_or_none(cx, Some(context), (function, "1"))?;
        let encoding = match encoding {
            Some(v) if Gc::<Str>::from_value(v).is_none() => {
                let got = cx.type_name(v);
                return Err(
                    cx.type_error(format!("{function}() argument 2 must be str, not {got}"))
                );
            }
            v => str_or_none(cx, v, (function, "2"))?,
        };
        let engine = this.engine.enter(cx, this.value())?;
        let default = engine.default;
        let child = engine
            .parser
            .external(context.as_deref(), encoding.as_deref());
        drop(engine);
        let made = parser::make(cx, child, this.intern.get())?;
        let child: This = NativeObj::from_value(made).unwrap_or(this);
        child.engine.enter(cx, made)?.default = default;
        for h in 0..HANDLERS {
            let handler = this.handlers().get(h).unwrap_or(Value::none());
            child.handlers().set(cx, h, handler);
        }
        copy_flag(&this.buffer_text, &child.buffer_text);
        copy_flag(&this.ordered_attributes, &child.ordered_attributes);
        copy_flag(&this.specified_attributes, &child.specified_attributes);
        copy_flag(&this.namespace_prefixes, &child.namespace_prefixes);
        let size = this.buffer_size.load(Ordering::Relaxed);
        child.buffer_size.store(size, Ordering::Relaxed);
        Ok(made)
    }
    /// Controls parsing of parameter entities (including the external DTD subset).
    ///
    /// Possible flag values are XML_PARAM_ENTITY_PARSING_NEVER,
    /// XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE and
    /// XML_PARAM_ENTITY_PARSING_ALWAYS. Returns true if setting the flag
    /// was successful.
    #[py(sig = "($self, flag, /)")]
    fn SetParamEntityParsing(cx: &mut Cx, this: This, flag: i32) -> PyResult<i64> {
        let when = match flag {
            0 => ParamEntityParsing::Never,
            1 => ParamEntityParsing::UnlessStandalone,
            _ => ParamEntityParsing::Always,
        };
        let mut engine = this.engine.enter(cx, this.value())?;
        Ok(engine.parser.set_param_entity_parsing(when).into())
    }
    /// Allows the application to provide an artificial external subset if one is not specified as part of the document instance.
    ///
    /// This readily allows the use of a 'default' document type controlled
    /// by the application, while still getting the advantage of providing
    /// document type information to the parser.  'flag' defaults to True if
    /// not provided.
    #[py(sig = "($self, flag=True, /)")]
    fn UseForeignDTD(cx: &mut Cx, this: This, flag: Option<bool>) -> PyResult<()> {
        let mut engine = this.engine.enter(cx, this.value())?;
        match engine.parser.use_foreign_dtd(flag.unwrap_or(true)) {
            Ok(()) => Ok(()),
            Err(code) => Err(setting_error(cx, &mut engine, code)),
        }
    }
    /// Enable/Disable reparse deferral; enabled by default with Expat >=2.6.0.
    #[py(sig = "($self, enabled, /)")]
    fn SetReparseDeferralEnabled(cx: &mut Cx, this: This, enabled: bool) -> PyResult<()> {
        let mut engine = this.engine.enter(cx, this.value())?;
        engine.parser.set_reparse_deferral(enabled);
        Ok(())
    }
    /// Retrieve reparse deferral enabled status; always returns false with Expat <2.6.0.
    #[py(sig = "($self, /)")]
    fn GetReparseDeferralEnabled(cx: &mut Cx, this: This) -> PyResult<bool> {
        let engine = this.engine.enter(cx, this.value())?;
        Ok(engine.parser.reparse_deferral())
    }
    /// Sets the maximum tolerated amplification factor for protection against billion laughs attacks.
    ///
    /// The amplification factor is calculated as "(direct + indirect) / direct"
    /// while parsing, where "direct" is the number of bytes read from the primary
    /// document in parsing and "indirect" is the number of bytes added by expanding
    /// entities and reading external DTD files, combined.
    ///
    /// The 'max_factor' value must be a non-NaN floating point value greater than
    /// or equal to 1.0. Amplification factors greater than 30,000 can be observed
    /// in the middle of parsing even with benign files in practice. In particular,
    /// the activation threshold should be carefully chosen to avoid false positives.
    ///
    /// Parser objects usually have a maximum amplification factor of 100,
    /// but the actual default value depends on the underlying Expat library.
    #[py(sig = "($self, max_factor, /)")]
    fn SetBillionLaughsAttackProtectionMaximumAmplification(
        cx: &mut Cx,
        this: This,
        max_factor: f64,
    ) -> PyResult<()> {
        set_factor(cx, this, max_factor, Account::set_expansion_factor)
    }
    /// Sets the number of output bytes needed to activate protection against billion laughs attacks.
    ///
    /// The number of output bytes includes amplification from entity expansion
    /// and reading DTD files.
    ///
    /// Parser objects usually have a protection activation threshold of 8 MiB,
    /// but the actual default value depends on the underlying Expat library.
    ///
    /// Activation thresholds below 4 MiB are known to break support for DITA 1.3
    /// payload and are hence not recommended.
    #[py(sig = "($self, threshold, /)")]
    fn SetBillionLaughsAttackProtectionActivationThreshold(
        cx: &mut Cx,
        this: This,
        threshold: Threshold,
    ) -> PyResult<()> {
        set_limit(cx, this, |a| a.set_expansion_threshold(threshold.0))
    }
    /// Sets the maximum amplification factor between direct input and bytes of dynamic memory allocated.
    ///
    /// The amplification factor is calculated as "allocated / direct" while
    /// parsing, where "direct" is the number of bytes read from the primary
    /// document in parsing and "allocated" is the number of bytes of
    /// dynamic memory allocated in the parser hierarchy.
    ///
    /// The 'max_factor' value must be a non-NaN floating point value
    /// greater than or equal to 1.0.  Amplification factors greater than
    /// 100.0 can be observed near the start of parsing even with benign
    /// files in practice.  In particular, the activation threshold should
    /// be carefully chosen to avoid false positives.
    ///
    /// Parser objects usually have a maximum amplification factor of 100,
    /// but the actual default value depends on the underlying Expat library.
    #[py(sig = "($self, max_factor, /)")]
    fn SetAllocTrackerMaximumAmplification(
        cx: &mut Cx,
        this: This,
        max_factor: f64,
    ) -> PyResult<()> {
        set_factor(cx, this, max_factor, Account::set_allocation_factor)
    }
    /// Sets the number of allocated bytes of dynamic memory needed to activate protection against disproportionate use of RAM.
    ///
    /// Parser objects usually have an allocation activation threshold of 64 MiB,
    /// but the actual default value depends on the underlying Expat library.
    #[py(sig = "($self, threshold, /)")]
    fn SetAllocTrackerActivationThreshold(
        cx: &mut Cx,
        this: This,
        threshold: Threshold,
    ) -> PyResult<()> {
        set_limit(cx, this, |a| a.set_allocation_threshold(threshold.0))
    }
}

/// A setting that came too late: not an error of the document.
fn setting_error(cx: &mut Cx, engine: &mut HeldEngine<'_>, code: Code) -> Raised {
    let before = engine.error;
    let e = parse_error(cx, engine, code);
    engine.error = before;
    e
}
