//! `_opcode`: what the opcode list says, for `opcode` and `dis`.

use krait_bytecode::{ALL_OPS, Extra, Op, Role};
use krait_macros::pyfunctions;
use krait_runtime::native::{Cx, ModuleDef, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::module::Module;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_opcode",
    doc: Some("Opcode support module."),
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// CPython's adaptive opcodes, whose presence these constants tell, are not those of this machine.
fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    for name in ["ENABLE_SPECIALIZATION", "ENABLE_SPECIALIZATION_FT"] {
        m.set(cx, name, Value::bool(false));
    }
    Ok(())
}

fn op(number: i32) -> Option<Op> {
    u16::try_from(number).ok().and_then(Op::from_u16)
}

fn has(number: i32, test: impl Fn(Op) -> bool) -> bool {
    op(number).is_some_and(test)
}

fn strings<'a>(cx: &mut Cx, texts: impl Iterator<Item = &'a str>) -> PyResult<Value> {
    let list = cx.try_new_list(&[])?;
    for text in texts {
        let v = cx.new_str(text);
        list.push(cx, v)?;
    }
    Ok(list.value())
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return True if opcode is valid, False otherwise.
    #[py(sig = "($module, /, opcode)")]
    fn is_valid(opcode: i32) -> bool {
        op(opcode).is_some()
    }

    /// Return True if the opcode uses its oparg, False otherwise.
    #[py(sig = "($module, /, opcode)")]
    fn has_arg(opcode: i32) -> bool {
        has(opcode, |o| o.info().roles.iter().any(|r| *r != Role::None))
    }

    /// Return True if the opcode accesses a constant, False otherwise.
    #[py(sig = "($module, /, opcode)")]
    fn has_const(opcode: i32) -> bool {
        has(opcode, |o| {
            o.info().extra.iter().any(|e| matches!(e, Extra::Const))
        })
    }

    /// Return True if the opcode accesses an attribute by name, False otherwise.
    #[py(sig = "($module, /, opcode)")]
    fn has_name(opcode: i32) -> bool {
        has(opcode, |o| o.info().roles.contains(&Role::Name))
    }

    /// Return True if the opcode has a jump target, False otherwise.
    #[py(sig = "($module, /, opcode)")]
    fn has_jump(opcode: i32) -> bool {
        has(opcode, |o| {
            o.info().extra.iter().any(|e| matches!(e, Extra::JumpCache))
                || o.info()
                    .roles
                    .iter()
                    .any(|r| matches!(r, Role::Jump16 | Role::Jump32))
        })
    }

    /// Return True if the opcode accesses a free variable, False otherwise.
    #[py(sig = "($module, /, opcode)")]
    fn has_free(opcode: i32) -> bool {
        has(opcode, |o| o.name().contains("DEREF"))
    }

    /// Return True if the opcode accesses a local variable, False otherwise.
    #[py(sig = "($module, /, opcode)")]
    fn has_local(opcode: i32) -> bool {
        has(opcode, |o| {
            o.info()
                .roles
                .iter()
                .any(|r| matches!(r, Role::Def | Role::Use))
        })
    }

    /// Return True if the opcode sets an exception handler, False otherwise: handlers stand in a table.
    #[py(sig = "($module, /, opcode)")]
    fn has_exc(_opcode: i32) -> bool {
        false
    }

    /// Return the opcode's effect on an evaluation stack: none, this is a register machine.
    #[py(sig = "($module, opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(
        cx: &mut Cx,
        opcode: i32,
        _oparg: Option<Value>,
        _jump: Option<Value>,
    ) -> PyResult<i64> {
        if op(opcode).is_some() {
            Ok(0)
        } else {
            Err(cx.value_error("invalid opcode or oparg"))
        }
    }

    /// Return the specialization stats
    #[py(sig = "($module, /)")]
    fn get_specialization_stats() -> Value {
        Value::none()
    }

    /// Return the list of names of the binary operators by number.
    #[py(sig = "($module, /)")]
    fn get_nb_ops(cx: &mut Cx) -> Value {
        cx.new_list(&[])
    }

    /// Return the names of the unary intrinsics.
    #[py(sig = "($module, /)")]
    fn get_intrinsic1_descs(cx: &mut Cx) -> PyResult<Value> {
        strings(cx, krait_bytecode::Intrinsic1::ALL.iter().map(|i| i.text()))
    }

    /// Return the names of the binary intrinsics.
    #[py(sig = "($module, /)")]
    fn get_intrinsic2_descs(cx: &mut Cx) -> PyResult<Value> {
        strings(cx, krait_bytecode::Intrinsic2::ALL.iter().map(|i| i.text()))
    }

    /// Return the names of the special methods that opcodes look up.
    #[py(sig = "($module, /)")]
    fn get_special_method_names(cx: &mut Cx) -> PyResult<Value> {
        strings(
            cx,
            krait_bytecode::SpecialMethod::ALL.iter().map(|i| i.text()),
        )
    }

    /// Return the executor object at offset in code if exists, None otherwise.
    #[py(sig = "($module, /, *, code, offset)")]
    fn get_executor(_code: Value, _offset: Value) -> Value {
        Value::none()
    }

    /// Names of all opcodes by number.
    #[py(sig = "($module, /)")]
    fn _names(cx: &mut Cx) -> PyResult<Value> {
        strings(cx, ALL_OPS.iter().map(|o| o.name()))
    }
}
