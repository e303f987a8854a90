//! `format`, `format_map`, `__format__`.

use krait_macros::pymethods;
use krait_unicode::format::{FormatError, FormatSpec, Target, format_str};

use super::builder::Pieces;
use super::template::Template;
use super::{Str, StrBuilder, str_arg};
use crate::error::Raised;
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;

pub(super) struct StrFormat;

#[pymethods]
impl StrFormat {
    /// Return a formatted version of the string, using substitutions from args and kwargs.
    ///
    /// The substitutions are identified by braces ('{' and '}').
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn format(
        cx: &mut Cx,
        this: Gc<Str>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let mut template = Template::new(Some(args), kwargs.unwrap_or(Value::EMPTY));
        let mut out = Pieces::new(StrBuilder::with_capacity(this.byte_len() + 16 * args.len()));
        template.render(cx, this, &mut out)?;
        out.finish(cx)
    }

    /// Return a formatted version of the string, using substitutions from mapping.
    ///
    /// The substitutions are identified by braces ('{' and '}').
    #[py(sig = "($self, mapping, /)")]
    fn format_map(cx: &mut Cx, this: Gc<Str>, mapping: Value) -> PyResult<Value> {
        let mut template = Template::new(None, mapping);
        let mut out = Pieces::new(StrBuilder::with_capacity(this.byte_len()));
        template.render(cx, this, &mut out)?;
        out.finish(cx)
    }

    /// Return a formatted version of the string as described by format_spec.
    #[py(sig = "($self, format_spec, /)")]
    fn __format__(cx: &mut Cx, this: Gc<Str>, format_spec: Value) -> PyResult<Gc<Str>> {
        let spec = str_arg(cx, format_spec, "__format__() argument")?;
        if spec.is_empty() {
            if this.is_exact() {
                return Ok(this);
            }
            let text = cx.str(this.value())?;
            return Ok(if text.is_empty() {
                super::EMPTY.gc()
            } else {
                text
            });
        }
        let type_name = cx.known_type_name(this.value());
        let text = FormatSpec::parse(spec.as_bytes(), Target::Str, &type_name)
            .and_then(|spec| format_str(this.as_bytes(), &spec, &type_name));
        match text {
            // Neither filled up nor cut.
            Ok(text) if text == this.as_bytes() && !text.is_empty() => Ok(this),
            Ok(text) => Str::from_wtf8(cx, &text),
            Err(e) => Err(format_error(cx, e)),
        }
    }
}

/// The exception for a format spec that is refused.
#[cold]
pub fn format_error(cx: &mut Cx, e: FormatError) -> Raised {
    match e {
        FormatError::Value(message) => cx.value_error(message),
        FormatError::Quoting(message) => match Str::from_wtf8(cx, &message) {
            Ok(message) => cx.error_with(cx.types().value_error, &[message.value()]),
            Err(e) => e,
        },
        FormatError::Overflow(message) => cx.overflow_error(message),
        FormatError::Memory => cx.memory_error(),
    }
}
