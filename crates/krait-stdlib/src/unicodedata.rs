//! `unicodedata`: the character database, Unicode 16.0, and 3.2 as `ucd_3_2_0`.

use krait_unicode::normalize::{Form, is_normalized, normalize};
use krait_unicode::properties::{self, UNICODE_VERSION, Version};
use krait_unicode::{ctype, names, wtf8};

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "unicodedata",
    doc: Some(
        "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode characters. The data in\nthis database is based on the UnicodeData.txt file version\n16.0.0 which is publicly available from the Unicode Consortium\nat https://www.unicode.org/Public/16.0.0/ucd/UnicodeData.txt.\n\nThe module uses the same names and symbols as defined by the\nUnicodeData File Format 16.0.0.",
    ),
    functions: &[Functions::DEFS],
    types: &[&UCD],
    init: Some(init),
};

/// The type of `ucd_3_2_0`.
#[derive(Trace)]
pub struct Ucd(());
impl Native for Ucd {
    const PY_NAME: &'static str = "unicodedata.UCD";
}

static UCD: TypeSpec = TypeSpec {
    name: "UCD",
    module: "unicodedata",
    layout: Layout::native::<Ucd>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[OldMethods::DEFS, OldVersion::DEFS],
    ..TypeSpec::DEFAULT
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let version = cx.new_str(UNICODE_VERSION);
    m.set(cx, "unidata_version", version);
    let class = cx.native_type(&UCD)?;
    let old = NativeObj::alloc(cx, class, Ucd(()));
    m.set(cx, "ucd_3_2_0", old.value());
    Ok(())
}

/// The only character of an argument.
fn character(cx: &mut Cx, v: Value, function: &str, place: &str) -> PyResult<u32> {
    let Some(s) = Gc::<Str>::from_value(v) else {
        let name = cx.type_name(v);
        return Err(cx.type_error(format!(
            "{function}() {place} must be a unicode character, not {name}"
        )));
    };
    if s.char_len() != 1 {
        let n = s.char_len();
        return Err(cx.type_error(format!(
            "{function}(): {} must be a unicode character, not a string of length {n}",
            place
        )));
    }
    Ok(wtf8::decode_at(s.as_bytes(), 0).0)
}

/// The number a character stands for, the default, or a ValueError.
fn number(
    cx: &mut Cx,
    found: Option<Value>,
    default: Option<Value>,
    what: &str,
) -> PyResult<Value> {
    match found.or(default) {
        Some(v) => Ok(v),
        None => Err(cx.value_error(format!("not a {what}"))),
    }
}

fn form(cx: &mut Cx, v: Gc<Str>) -> PyResult<Form> {
    match Form::from_name(&v.to_string_lossy()) {
        Some(f) => Ok(f),
        None => Err(cx.value_error("invalid normalization form")),
    }
}

fn named(cx: &mut Cx, name: Value, version: Version) -> PyResult<Value> {
    let Some(s) = Gc::<Str>::from_value(name) else {
        let got = cx.type_name(name);
        return Err(cx.type_error(format!("lookup() argument must be str, not {got}")));
    };
    let text = s.to_string_lossy();
    match names::lookup(&text, version) {
        Some(names::Named::Character(c)) => Ok(cx.new_char(c)),
        Some(names::Named::Sequence(codes)) => {
            let text: String = codes.iter().filter_map(|&c| char::from_u32(c)).collect();
            Ok(cx.new_str(&text))
        }
        None if text.len() > 256 => Err(cx.key_error_message("name too long")),
        None => Err(cx.key_error_message(format!("undefined character name '{text}'"))),
    }
}

fn numeric_value(cx: &mut Cx, chr: Value, default: Option<Value>, v: Version) -> PyResult<Value> {
    let c = character(cx, chr, "numeric", "argument 1")?;
    let n = properties::numeric(c, v).map(|x| cx.new_float(x));
    number(cx, n, default, "numeric character")
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[py(sig = "($module, chr, default=<unrepresentable>, /)")]
    fn decimal(cx: &mut Cx, chr: Value, default: Option<Value>) -> PyResult<Value> {
        let c = character(cx, chr, "decimal", "argument 1")?;
        let n = properties::decimal(c, Version::Current).map(|d| Value::small(d as i64));
        number(cx, n, default, "decimal")
    }
    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[py(sig = "($module, chr, default=<unrepresentable>, /)")]
    fn digit(cx: &mut Cx, chr: Value, default: Option<Value>) -> PyResult<Value> {
        let c = character(cx, chr, "digit", "argument 1")?;
        let n = ctype::digit(c).map(|d| Value::small(d as i64));
        number(cx, n, default, "digit")
    }
    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[py(sig = "($module, chr, default=<unrepresentable>, /)")]
    fn numeric(cx: &mut Cx, chr: Value, default: Option<Value>) -> PyResult<Value> {
        numeric_value(cx, chr, default, Version::Current)
    }
    /// Returns the general category assigned to the character chr as string.
    #[py(sig = "($module, chr, /)")]
    fn category(cx: &mut Cx, chr: Value) -> PyResult<&'static str> {
        let c = character(cx, chr, "category", "argument")?;
        Ok(properties::category(c, Version::Current))
    }
    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[py(sig = "($module, chr, /)")]
    fn bidirectional(cx: &mut Cx, chr: Value) -> PyResult<&'static str> {
        let c = character(cx, chr, "bidirectional", "argument")?;
        Ok(properties::bidirectional(c, Version::Current))
    }
    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[py(sig = "($module, chr, /)")]
    fn combining(cx: &mut Cx, chr: Value) -> PyResult<u8> {
        let c = character(cx, chr, "combining", "argument")?;
        Ok(properties::combining(c, Version::Current))
    }
    /// Returns the east asian width assigned to the character chr as string.
    #[py(sig = "($module, chr, /)")]
    fn east_asian_width(cx: &mut Cx, chr: Value) -> PyResult<&'static str> {
        let c = character(cx, chr, "east_asian_width", "argument")?;
        Ok(properties::east_asian_width(c, Version::Current))
    }
    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[py(sig = "($module, chr, /)")]
    fn decomposition(cx: &mut Cx, chr: Value) -> PyResult<String> {
        let c = character(cx, chr, "decomposition", "argument")?;
        Ok(properties::decomposition_text(c, Version::Current))
    }
    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    #[py(sig = "($module, chr, /)")]
    fn mirrored(cx: &mut Cx, chr: Value) -> PyResult<i64> {
        let c = character(cx, chr, "mirrored", "argument")?;
        Ok(i64::from(properties::mirrored(c, Version::Current)))
    }
    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[py(sig = "($module, form, unistr, /)")]
    fn is_normalized(cx: &mut Cx, form_: Gc<Str>, unistr: Gc<Str>) -> PyResult<bool> {
        if unistr.is_empty() {
            return Ok(true);
        }
        let f = form(cx, form_)?;
        Ok(is_normalized(unistr.as_bytes(), f, Version::Current))
    }
    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[py(sig = "($module, form, unistr, /)")]
    fn normalize(cx: &mut Cx, form_: Gc<Str>, unistr: Gc<Str>) -> PyResult<Value> {
        if unistr.is_empty() {
            return Ok(cx.new_str(""));
        }
        let f = form(cx, form_)?;
        if unistr.is_exact() && is_normalized(unistr.as_bytes(), f, Version::Current) {
            return Ok(unistr.value());
        }
        let text = normalize(unistr.as_bytes(), f, Version::Current);
        Ok(Str::from_wtf8(cx, &text)?.value())
    }
    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[py(sig = "($module, chr, default=<unrepresentable>, /)")]
    fn name(cx: &mut Cx, chr: Value, default: Option<Value>) -> PyResult<Value> {
        let c = character(cx, chr, "name", "argument 1")?;
        match (names::name(c, Version::Current), default) {
            (Some(n), _) => Ok(cx.new_str(&n)),
            (None, Some(d)) => Ok(d),
            (None, None) => Err(cx.value_error("no such name")),
        }
    }
    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    #[py(sig = "($module, name, /)")]
    fn lookup(cx: &mut Cx, name: Value) -> PyResult<Value> {
        named(cx, name, Version::Current)
    }
}

/// The same of the old version.
struct OldMethods;

#[pymethods]
impl OldMethods {
    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[py(sig = "($self, chr, default=<unrepresentable>, /)")]
    fn decimal(cx: &mut Cx, _this: Value, chr: Value, default: Option<Value>) -> PyResult<Value> {
        let c = character(cx, chr, "decimal", "argument 1")?;
        let n = properties::decimal(c, Version::V3_2).map(|d| Value::small(d as i64));
        number(cx, n, default, "decimal")
    }
    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[py(sig = "($self, chr, default=<unrepresentable>, /)")]
    fn digit(cx: &mut Cx, _this: Value, chr: Value, default: Option<Value>) -> PyResult<Value> {
        let c = character(cx, chr, "digit", "argument 1")?;
        let n = ctype::digit(c).map(|d| Value::small(d as i64));
        number(cx, n, default, "digit")
    }
    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[py(sig = "($self, chr, default=<unrepresentable>, /)")]
    fn numeric(cx: &mut Cx, _this: Value, chr: Value, default: Option<Value>) -> PyResult<Value> {
        numeric_value(cx, chr, default, Version::V3_2)
    }
    /// Returns the general category assigned to the character chr as string.
    #[py(sig = "($self, chr, /)")]
    fn category(cx: &mut Cx, _this: Value, chr: Value) -> PyResult<&'static str> {
        let c = character(cx, chr, "category", "argument")?;
        Ok(properties::category(c, Version::V3_2))
    }
    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[py(sig = "($self, chr, /)")]
    fn bidirectional(cx: &mut Cx, _this: Value, chr: Value) -> PyResult<&'static str> {
        let c = character(cx, chr, "bidirectional", "argument")?;
        Ok(properties::bidirectional(c, Version::V3_2))
    }
    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[py(sig = "($self, chr, /)")]
    fn combining(cx: &mut Cx, _this: Value, chr: Value) -> PyResult<u8> {
        let c = character(cx, chr, "combining", "argument")?;
        Ok(properties::combining(c, Version::V3_2))
    }
    /// Returns the east asian width assigned to the character chr as string.
    #[py(sig = "($self, chr, /)")]
    fn east_asian_width(cx: &mut Cx, _this: Value, chr: Value) -> PyResult<&'static str> {
        let c = character(cx, chr, "east_asian_width", "argument")?;
        Ok(properties::east_asian_width(c, Version::V3_2))
    }
    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[py(sig = "($self, chr, /)")]
    fn decomposition(cx: &mut Cx, _this: Value, chr: Value) -> PyResult<String> {
        let c = character(cx, chr, "decomposition", "argument")?;
        Ok(properties::decomposition_text(c, Version::V3_2))
    }
    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    #[py(sig = "($self, chr, /)")]
    fn mirrored(cx: &mut Cx, _this: Value, chr: Value) -> PyResult<i64> {
        let c = character(cx, chr, "mirrored", "argument")?;
        Ok(i64::from(properties::mirrored(c, Version::V3_2)))
    }
    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[py(sig = "($self, form, unistr, /)")]
    fn is_normalized(cx: &mut Cx, _this: Value, form_: Gc<Str>, unistr: Gc<Str>) -> PyResult<bool> {
        if unistr.is_empty() {
            return Ok(true);
        }
        let f = form(cx, form_)?;
        Ok(is_normalized(unistr.as_bytes(), f, Version::V3_2))
    }
    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[py(sig = "($self, form, unistr, /)")]
    fn normalize(cx: &mut Cx, _this: Value, form_: Gc<Str>, unistr: Gc<Str>) -> PyResult<Value> {
        if unistr.is_empty() {
            return Ok(cx.new_str(""));
        }
        let f = form(cx, form_)?;
        if unistr.is_exact() && is_normalized(unistr.as_bytes(), f, Version::V3_2) {
            return Ok(unistr.value());
        }
        let text = normalize(unistr.as_bytes(), f, Version::V3_2);
        Ok(Str::from_wtf8(cx, &text)?.value())
    }
    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[py(sig = "($self, chr, default=<unrepresentable>, /)")]
    fn name(cx: &mut Cx, _this: Value, chr: Value, default: Option<Value>) -> PyResult<Value> {
        let c = character(cx, chr, "name", "argument 1")?;
        match (names::name(c, Version::V3_2), default) {
            (Some(n), _) => Ok(cx.new_str(&n)),
            (None, Some(d)) => Ok(d),
            (None, None) => Err(cx.value_error("no such name")),
        }
    }
    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    #[py(sig = "($self, name, /)")]
    fn lookup(cx: &mut Cx, _this: Value, name: Value) -> PyResult<Value> {
        named(cx, name, Version::V3_2)
    }
}

struct OldVersion;

#[pymethods]
impl OldVersion {
    #[py(getter)]
    fn unidata_version(_this: Value) -> &'static str {
        "3.2.0"
    }
}
