//! `_dis`: instructions of code objects, for the module `dis`.

use krait_bytecode as bc;
use krait_bytecode::{Extra, Instr, Role};
use krait_macros::pyfunctions;
use krait_runtime::native::{Cx, ModuleDef, PyResult, Value};
use krait_runtime::vec::ValueVec;
use krait_vm::objects::code::{self, CodeObj};
use krait_vm::objects::code_methods::WORD_BYTES;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_dis",
    functions: &[Functions::DEFS],
    ..ModuleDef::DEFAULT
};

fn code_argument(cx: &mut Cx, v: Value) -> PyResult<CodeObj> {
    match crate::code::as_code(v) {
        Some(code) => Ok(code),
        None => {
            let got = cx.type_name(v);
            Err(cx.type_error(format!("expected a code object, not {got}")))
        }
    }
}

fn number(n: i64) -> Value {
    Value::small(n)
}

fn optional(n: i32) -> Value {
    if n < 0 {
        Value::none()
    } else {
        number(n.into())
    }
}

/// What an instruction refers to: the object of its constant, the name it uses, or `None`.
fn referent(cx: &mut Cx, code: CodeObj, instr: &Instr) -> PyResult<Value> {
    let info = instr.op.info();
    for (at, extra) in info.extra.iter().enumerate() {
        if matches!(extra, Extra::Const) {
            let index = code.unit.words[instr.pc + 1 + at] as usize;
            let consts = code::constants_of(cx, code)?;
            return Ok(consts.values().get(index).copied().unwrap_or(Value::none()));
        }
    }
    let name = info.roles.iter().position(|r| matches!(r, Role::Name));
    let name = name.and_then(|at| code.unit.names.get(usize::from(instr.operand(at))));
    Ok(name.map_or(Value::none(), |name| cx.new_str_wtf8(name.as_bytes())))
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// List the instructions of a code object as tuples.
    ///
    /// Each is (offset, end offset, opcode, operands, text of the operands, object or name referred
    /// to, jump target, line, end line, column, end column). Offsets count bytes of co_code.
    #[py(sig = "($module, code, /)")]
    fn instructions(cx: &mut Cx, code: Value) -> PyResult<Value> {
        let code = code_argument(cx, code)?;
        let unit = code.unit.clone();
        let mut all = ValueVec::new();
        for instr in bc::instructions(&unit.words) {
            let text = bc::instruction_text(&unit, &instr);
            let operands_text = text.split_once(' ').map_or("", |(_, operands)| operands);
            let target = bc::jump_target(&unit.words, &instr)
                .map_or(Value::none(), |t| number(t * WORD_BYTES));
            let p = unit.positions.lookup(instr.pc as u32);
            let operands = cx.new_tuple(&[
                number(instr.a.into()),
                number(instr.b.into()),
                number(instr.c.into()),
            ]);
            let argument = cx.new_str(operands_text);
            let referent = referent(cx, code, &instr)?;
            let entry = cx.new_tuple(&[
                number(instr.pc as i64 * WORD_BYTES),
                number(instr.next() as i64 * WORD_BYTES),
                number(instr.op as i64),
                operands,
                argument,
                referent,
                target,
                optional(p.line),
                optional(p.end_line),
                optional(p.col),
                optional(p.end_col),
            ]);
            all.push(cx, entry)?;
        }
        Ok(cx.try_new_list(all.as_slice())?.value())
    }

    /// List the exception table of a code object: (start, end, handler, register of the exception).
    #[py(sig = "($module, code, /)")]
    fn exception_table(cx: &mut Cx, code: Value) -> PyResult<Value> {
        let code = code_argument(cx, code)?;
        let mut all = ValueVec::new();
        for e in &code.unit.exceptions {
            let at = |word: u32| number(i64::from(word) * WORD_BYTES);
            let entry = cx.new_tuple(&[
                at(e.start),
                at(e.end),
                at(e.handler),
                number(e.exc_reg.into()),
            ]);
            all.push(cx, entry)?;
        }
        Ok(cx.try_new_list(all.as_slice())?.value())
    }

    /// Count the registers of a code object's window.
    #[py(sig = "($module, code, /)")]
    fn register_count(cx: &mut Cx, code: Value) -> PyResult<i64> {
        Ok(code_argument(cx, code)?.unit.nregs.into())
    }
}
