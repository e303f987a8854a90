//! `pyexpat`: parsers of XML that report what they meet to handlers. The parser itself is `engine`.

mod attributes;
mod dispatch;
mod engine;
mod methods;
mod parser;

use crate::pyexpat::engine::{CODES, Code};
use krait_runtime::cx::Root;
use krait_runtime::types::exceptions;

use crate::prelude::*;
use crate::support;

pub static MODULE: ModuleDef = ModuleDef {
    name: "pyexpat",
    doc: Some("Python wrapper for Expat parser."),
    functions: &[Functions::DEFS],
    types: &[&ERROR],
    init: Some(init),
};

static ERROR: TypeSpec = exception_class(
    "xml.parsers.expat",
    "ExpatError",
    None,
    &exceptions::EXCEPTION,
);

/// The release of expat whose behaviour the parser has.
const VERSION: (i64, i64, i64) = (2, 9, 0);

/// What expat says of how it was built, with the default limits on growth.
const FEATURES: &[(&str, i64)] = &[
    ("sizeof(XML_Char)", 1),
    ("sizeof(XML_LChar)", 1),
    ("XML_DTD", 0),
    ("XML_CONTEXT_BYTES", 1024),
    ("XML_NS", 0),
    ("XML_BLAP_MAX_AMP", 100),
    ("XML_BLAP_ACT_THRES", 8 << 20),
    ("XML_GE", 0),
    ("XML_AT_MAX_AMP", 100),
    ("XML_AT_ACT_THRES", 64 << 20),
];

const PARAM_ENTITY_PARSING: &[(&str, i64)] = &[
    ("XML_PARAM_ENTITY_PARSING_NEVER", 0),
    ("XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE", 1),
    ("XML_PARAM_ENTITY_PARSING_ALWAYS", 2),
];

/// The numbers in content models.
const MODEL: &[(&str, i64)] = &[
    ("XML_CTYPE_EMPTY", 1),
    ("XML_CTYPE_ANY", 2),
    ("XML_CTYPE_MIXED", 3),
    ("XML_CTYPE_NAME", 4),
    ("XML_CTYPE_CHOICE", 5),
    ("XML_CTYPE_SEQ", 6),
    ("XML_CQUANT_NONE", 0),
    ("XML_CQUANT_OPT", 1),
    ("XML_CQUANT_REP", 2),
    ("XML_CQUANT_PLUS", 3),
];

/// An error at a place in a document; `message` stands before the place.
#[cold]
fn expat_error(cx: &mut Cx, code: Code, line: usize, column: usize, message: &str) -> Raised {
    match make_error(cx, code, line, column, message) {
        Ok(e) | Err(e) => e,
    }
}

fn make_error(
    cx: &mut Cx,
    code: Code,
    line: usize,
    column: usize,
    message: &str,
) -> PyResult<Raised> {
    let e = raise(cx, &ERROR, message);
    let numbers = [
        ("code", code as i64),
        ("lineno", line as i64),
        ("offset", column as i64),
    ];
    for (name, n) in numbers {
        cx.set_attr_str(e.value(), name, Value::small(n))?;
    }
    Ok(e)
}

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let error = cx.native_type(&ERROR)?;
    m.set(cx, "error", error.value());
    let class = cx.native_type(&parser::SPEC)?;
    m.set(cx, "XMLParserType", class.value());
    let (major, minor, micro) = VERSION;
    let version = cx.new_str(&format!("expat_{major}.{minor}.{micro}"));
    m.set(cx, "EXPAT_VERSION", version);
    let numbers = [major, minor, micro].map(Value::small);
    let version = cx.new_tuple(&numbers);
    m.set(cx, "version_info", version);
    let encoding = cx.new_str("UTF-8");
    m.set(cx, "native_encoding", encoding);
    support::add_ints(cx, m, PARAM_ENTITY_PARSING);
    let features = cx.new_list(&[]);
    for &(name, n) in FEATURES {
        let name = cx.new_str(name);
        let pair = cx.new_tuple(&[name, Value::small(n)]);
        Gc::<List>::from_value_unchecked(features).push(cx, pair)?;
    }
    m.set(cx, "features", features);
    let errors = submodule(
        cx,
        m,
        "errors",
        "Constants used to describe error conditions.",
    )?;
    add_errors(cx, errors)?;
    let model = submodule(
        cx,
        m,
        "model",
        "Constants used to interpret content model information.",
    )?;
    support::add_ints(cx, model, MODEL);
    Ok(())
}

/// A module that this one brings along.
fn submodule(cx: &mut Cx, parent: Gc<Module>, name: &str, doc: &str) -> PyResult<Gc<Module>> {
    let full = format!("pyexpat.{name}");
    let m = Module::new(cx, &full, Some(doc));
    parent.set(cx, name, m.value());
    let key = cx.intern(&full);
    if let Some(modules) = Gc::<Dict>::from_value(cx.root(Root::Modules)) {
        modules.set_str(cx, key, m.value());
    }
    Ok(m)
}

fn add_errors(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let codes = cx.new_dict();
    let messages = cx.new_dict();
    for &(constant, code, words) in CODES {
        let words = cx.new_str(words);
        let number = Value::small(code as i64);
        m.set(cx, constant, words);
        codes.set(cx, words, number)?;
        messages.set(cx, number, words)?;
    }
    m.set(cx, "codes", codes.value());
    m.set(cx, "messages", messages.value());
    Ok(())
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Return a new XML parser object.
    #[py(sig = "($module, /, encoding=None, namespace_separator=None, intern=<unrepresentable>)")]
    fn ParserCreate(
        cx: &mut Cx,
        encoding: Option<Value>,
        namespace_separator: Option<Value>,
        intern: Option<Value>,
    ) -> PyResult<Value> {
        let site = ("ParserCreate", "'encoding'");
        let encoding = parser::str_or_none(cx, encoding, site)?;
        let site = ("ParserCreate", "'namespace_separator'");
        let separator = parser::str_or_none(cx, namespace_separator, site)?;
        if separator.as_ref().is_some_and(|s| s.len() > 1) {
            return Err(cx.value_error(
                "namespace_separator must be at most one character, omitted, or None",
            ));
        }
        let intern = match intern {
            None => cx.new_dict().value(),
            Some(v) if v.is_none() || Gc::<Dict>::from_value(v).is_some() => v,
            Some(_) => return Err(cx.type_error("intern must be a dictionary")),
        };
        let settings = engine::Settings {
            encoding,
            namespaces: separator.map(|s| s.bytes().next()),
        };
        parser::make(cx, engine::Parser::new(settings), intern)
    }
    /// Returns string error for given number.
    #[py(sig = "($module, code, /)")]
    fn ErrorString(cx: &mut Cx, code: i64) -> Value {
        match CODES.iter().find(|(_, c, _)| *c as i64 == code) {
            Some((_, _, words)) => cx.new_str(words),
            None => Value::none(),
        }
    }
}
