//! `_sre`: compiled patterns and matches, on the engine in `krait-sre`.

mod input;
mod match_;
mod output;
mod pattern;
mod scanner;
mod series;
mod template;

use krait_sre::Program;

use crate::prelude::*;
use crate::support::add_ints;
use pattern::Pattern;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_sre",
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    add_ints(
        cx,
        m,
        &[
            ("MAGIC", krait_sre::MAGIC as i64),
            ("CODESIZE", krait_sre::CODESIZE as i64),
            ("MAXREPEAT", krait_sre::MAXREPEAT as i64),
            ("MAXGROUPS", krait_sre::MAXGROUPS as i64),
        ],
    );
    Ok(())
}

/// The words of a code list, each a number below 2^32.
fn code_words(cx: &mut Cx, code: Gc<List>) -> PyResult<Vec<u32>> {
    let mut words = Vec::with_capacity(code.len());
    for i in 0..code.len() {
        let Some(v) = code.get(i) else { break };
        let n = cx.index_i64(v)?;
        match n.and_then(|n| u32::try_from(n).ok()) {
            Some(word) => words.push(word),
            None => return Err(cx.overflow_error("regular expression code size limit exceeded")),
        }
    }
    Ok(words)
}

fn wrong_argument(cx: &mut Cx, param: &str, expected: &str, got: Value) -> Raised {
    let got = cx.type_name(got);
    cx.type_error(format!(
        "compile() argument '{param}' must be {expected}, not {got}"
    ))
}

/// A code point argument: what is outside of Unicode has no case.
fn code_point(character: i32) -> u32 {
    character as u32
}

struct Functions;

#[pyfunctions]
impl Functions {
    #[py(sig = "($module, /)")]
    fn getcodesize() -> usize {
        krait_sre::CODESIZE
    }
    #[py(sig = "($module, character, /)")]
    fn ascii_iscased(character: i32) -> bool {
        krait_sre::ascii_iscased(code_point(character))
    }
    #[py(sig = "($module, character, /)")]
    fn unicode_iscased(character: i32) -> bool {
        krait_sre::unicode_iscased(code_point(character))
    }
    #[py(sig = "($module, character, /)")]
    fn ascii_tolower(character: i32) -> u32 {
        krait_sre::lower_ascii(code_point(character))
    }
    #[py(sig = "($module, character, /)")]
    fn unicode_tolower(character: i32) -> u32 {
        krait_sre::lower_unicode(code_point(character))
    }
    #[py(sig = "($module, /, pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(
        cx: &mut Cx,
        pattern: Value,
        flags: i32,
        code: Value,
        groups: isize,
        groupindex: Value,
        indexgroup: Value,
    ) -> PyResult<Value> {
        let Some(code) = Gc::<List>::from_value(code) else {
            return Err(wrong_argument(cx, "code", "list", code));
        };
        if Gc::<Dict>::from_value(groupindex).is_none() {
            return Err(wrong_argument(cx, "groupindex", "dict", groupindex));
        }
        if Gc::<Tuple>::from_value(indexgroup).is_none() {
            return Err(wrong_argument(cx, "indexgroup", "tuple", indexgroup));
        }
        let words = code_words(cx, code)?;
        let program = usize::try_from(groups)
            .ok()
            .and_then(|groups| Program::new(words, flags as u32, groups).ok());
        let Some(program) = program else {
            return Err(cx.runtime_error("invalid SRE code"));
        };
        Pattern::alloc(cx, pattern, flags, program, groupindex, indexgroup)
    }
    /// Make a template object from a list of literal strings (str or bytes) and group indices (int)
    /// that take turns, as returned by re._parser.parse_template().
    #[py(sig = "($module, pattern, template, /)")]
    fn template(cx: &mut Cx, pattern: Value, template: Value) -> PyResult<Value> {
        if NativeObj::<Pattern>::from_value(pattern).is_none() {
            let got = cx.type_name(pattern);
            return Err(cx.type_error(format!(
                "template() argument 1 must be re.Pattern, not {got}"
            )));
        }
        let Some(list) = Gc::<List>::from_value(template) else {
            let got = cx.type_name(template);
            return Err(cx.type_error(format!("template() argument 2 must be list, not {got}")));
        };
        template::from_list(cx, list)
    }
}
