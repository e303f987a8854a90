//! Encoders and decoders that take their input piece by piece.

use super::*;

#[derive(Trace)]
pub struct Encoder {
    base: Base,
}
impl Native for Encoder {
    const PY_NAME: &'static str = "_multibytecodec.MultibyteIncrementalEncoder";
}

#[derive(Trace)]
pub struct Decoder {
    base: Base,
}
impl Native for Decoder {
    const PY_NAME: &'static str = "_multibytecodec.MultibyteIncrementalDecoder";
}

pub static ENCODER: TypeSpec = TypeSpec {
    name: "MultibyteIncrementalEncoder",
    module: "_multibytecodec",
    layout: Layout::native::<Encoder>(),
    flags: flags::BASETYPE,
    defs: &[EncoderMethods::DEFS, NoInit::DEFS],
    ..TypeSpec::DEFAULT
};

pub static DECODER: TypeSpec = TypeSpec {
    name: "MultibyteIncrementalDecoder",
    module: "_multibytecodec",
    layout: Layout::native::<Decoder>(),
    flags: flags::BASETYPE,
    defs: &[DecoderMethods::DEFS, NoInit::DEFS],
    ..TypeSpec::DEFAULT
};

/// The number that these bytes are, the lowest first.
fn number(cx: &mut Cx, bytes: &[u8]) -> PyResult<Value> {
    let int = cx.types().int;
    let (bytes, order) = (cx.try_new_bytes(bytes)?, cx.new_str("little"));
    let from_bytes = cx.get_attr_str(int.value(), "from_bytes")?;
    cx.call(from_bytes, &[bytes, order])
}

/// The bytes of a number, the lowest first.
fn bytes_of(cx: &mut Cx, number: Value, len: usize) -> PyResult<Gc<Bytes>> {
    let order = cx.new_str("little");
    let len = Value::small(len as i64);
    let bytes = cx.call_method_str(number, "to_bytes", &[len, order])?;
    match Gc::<Bytes>::from_value(bytes) {
        Some(bytes) => Ok(bytes),
        None => Err(cx.type_error("state must be an int")),
    }
}

/// Bytes of an encoder's state: a length, two pending characters at most, the codec's own state.
const ENCODER_STATE: usize = 1 + MAX_PENDING + size_of::<State>();

struct EncoderMethods;

#[pymethods]
impl EncoderMethods {
    #[py(new, sig = "($type, errors=None)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Gc<Type>, errors: Option<Value>) -> PyResult<Value> {
        let errors = errors_arg(cx, errors, "IncrementalEncoder")?;
        let codec = codec_of(cx, class)?;
        let base = Base::new(cx, codec, errors, false);
        Ok(NativeObj::alloc(cx, class, Encoder { base }).value())
    }
    /// how to treat errors
    #[py(getter)]
    fn errors(this: Obj<Encoder>) -> Value {
        this.base.errors.get()
    }
    #[py(setter = "errors")]
    fn set_errors(cx: &mut Cx, this: Obj<Encoder>, value: Option<Value>) -> PyResult<()> {
        let errors = new_errors(cx, value)?;
        this.base.errors.set(cx, this, errors);
        Ok(())
    }
    #[py(sig = "($self, /, input, final=False)")]
    fn encode(
        cx: &mut Cx,
        this: Obj<Encoder>,
        input: Value,
        r#final: Option<bool>,
    ) -> PyResult<Value> {
        let last = r#final.unwrap_or(false);
        let bytes = this.base.encode(cx, this.value(), input, last)?;
        cx.try_new_bytes(&bytes)
    }
    #[py(sig = "($self, /)")]
    fn getstate(cx: &mut Cx, this: Obj<Encoder>) -> PyResult<Value> {
        let rest = this.base.take(cx, this.value())?;
        let mut bytes = vec![rest.pending.len() as u8];
        bytes.extend_from_slice(&rest.pending);
        bytes.extend_from_slice(&rest.state);
        number(cx, &bytes)
    }
    #[py(sig = "($self, state, /)")]
    fn setstate(cx: &mut Cx, this: Obj<Encoder>, state: Value) -> PyResult<()> {
        if !cx.is_instance(state, cx.types().int) {
            let got = cx.type_name(state);
            return Err(cx.type_error(format!("setstate() argument must be int, not {got}")));
        }
        let bytes = bytes_of(cx, state, ENCODER_STATE)?.as_bytes();
        let (len, bytes) = (usize::from(bytes[0]), &bytes[1..]);
        if len > MAX_PENDING {
            let class = cx.types().unicode_error;
            return Err(cx.error(class, "pending buffer too large"));
        }
        // What a program made up may not be text.
        let pending = cx.try_new_bytes(&bytes[..len])?;
        let utf8 = cx.new_str("utf-8");
        let pending = cx.call_method_str(pending, "decode", &[utf8])?;
        let mut rest = Rest::default();
        if let Some(text) = Gc::<Str>::from_value(pending) {
            rest.pending = text.as_bytes().to_vec();
        }
        rest.state
            .copy_from_slice(&bytes[len..len + size_of::<State>()]);
        this.base.put(cx, this.value(), rest)
    }
    #[py(sig = "($self, /)")]
    fn reset(cx: &mut Cx, this: Obj<Encoder>) -> PyResult<()> {
        let mut rest = this.base.take(cx, this.value())?;
        this.base
            .codec
            .finish_encoding(&mut rest.state, &mut Vec::new());
        rest.pending.clear();
        this.base.put(cx, this.value(), rest)
    }
}

struct DecoderMethods;

#[pymethods]
impl DecoderMethods {
    #[py(new, sig = "($type, errors=None)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Gc<Type>, errors: Option<Value>) -> PyResult<Value> {
        let errors = errors_arg(cx, errors, "IncrementalDecoder")?;
        let codec = codec_of(cx, class)?;
        let base = Base::new(cx, codec, errors, true);
        Ok(NativeObj::alloc(cx, class, Decoder { base }).value())
    }
    /// how to treat errors
    #[py(getter)]
    fn errors(this: Obj<Decoder>) -> Value {
        this.base.errors.get()
    }
    #[py(setter = "errors")]
    fn set_errors(cx: &mut Cx, this: Obj<Decoder>, value: Option<Value>) -> PyResult<()> {
        let errors = new_errors(cx, value)?;
        this.base.errors.set(cx, this, errors);
        Ok(())
    }
    #[py(sig = "($self, /, input, final=False)")]
    fn decode(
        cx: &mut Cx,
        this: Obj<Decoder>,
        input: Value,
        r#final: Option<bool>,
    ) -> PyResult<Value> {
        let bytes = cx.bytes_like(input, <[u8]>::to_vec)?;
        let last = r#final.unwrap_or(false);
        this.base.decode(cx, this.value(), &bytes, last)
    }
    #[py(sig = "($self, /)")]
    fn getstate(cx: &mut Cx, this: Obj<Decoder>) -> PyResult<Value> {
        let rest = this.base.take(cx, this.value())?;
        let (pending, state) = (cx.try_new_bytes(&rest.pending)?, number(cx, &rest.state)?);
        Ok(cx.new_tuple(&[pending, state]))
    }
    #[py(sig = "($self, state, /)")]
    fn setstate(cx: &mut Cx, this: Obj<Decoder>, state: Value) -> PyResult<()> {
        let Some(pair) = Gc::<Tuple>::from_value(state) else {
            let got = cx.type_name(state);
            return Err(cx.type_error(format!("setstate() argument must be tuple, not {got}")));
        };
        let parts = (pair.len() == 2).then(|| (pair.get(0), pair.get(1)));
        let parts = parts.and_then(|(pending, n)| Some((Gc::<Bytes>::from_value(pending)?, n)));
        let Some((pending, n)) = parts.filter(|&(_, n)| cx.is_instance(n, cx.types().int)) else {
            return Err(cx.type_error("setstate(): illegal state argument"));
        };
        let state = bytes_of(cx, n, size_of::<State>())?;
        if pending.len() > MAX_PENDING {
            return Err(too_much(
                cx,
                this.base.codec,
                pending.as_bytes(),
                "pending buffer too large",
            ));
        }
        let mut rest = Rest {
            pending: pending.as_bytes().to_vec(),
            ..Rest::default()
        };
        rest.state.copy_from_slice(state.as_bytes());
        this.base.put(cx, this.value(), rest)
    }
    #[py(sig = "($self, /)")]
    fn reset(cx: &mut Cx, this: Obj<Decoder>) -> PyResult<()> {
        let mut rest = this.base.take(cx, this.value())?;
        this.base.codec.start_decoding(&mut rest.state);
        rest.pending.clear();
        this.base.put(cx, this.value(), rest)
    }
}
