//! Operators whose methods are Python functions: entered in the interpreter's loop.
//!
//! The frame of such a method is marked with the operator. What it returns is the result, but for
//! `NotImplemented`: then the rest of section 3.3.8 of the language reference follows, with the operands as
//! they are in the instruction's registers.

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::{Gc, Kind, is_kind};
use krait_runtime::protocol::compare::CompareOp;
use krait_runtime::protocol::iter::shape_of;
use krait_runtime::special::{self, Special};
use krait_runtime::types::shape_id;
use krait_runtime::types::typeobj::Type;
use krait_runtime::value::Value;

use super::returns::deliver;
use crate::call::enter_method;
use crate::interp::Next;
use crate::objects::function::as_function;
use crate::unwind::unwind;
use crate::window::{FIRST_OPERATOR_MARK, Frame, RESULT_MARK};

/// A binary operator or comparison as an instruction has it.
#[derive(Clone, Copy)]
pub struct Operator(i64);

const IN_PLACE: i64 = 1;
const IMMEDIATE: i64 = 2;
/// The instruction is a jump; `JUMP_IF_TRUE`: of which kind.
const JUMP: i64 = 4;
const JUMP_IF_TRUE: i64 = 8;
/// The in-place method was asked.
const IN_PLACE_ASKED: i64 = 16;
const FLAG_BITS: i64 = 5;

impl Operator {
    pub const fn of(op: Special) -> Operator {
        Operator((op as i64) << FLAG_BITS)
    }

    /// The operator of an augmented assignment.
    pub const fn in_place(self) -> Operator {
        Operator(self.0 | IN_PLACE)
    }

    /// The right operand is in the instruction.
    pub const fn immediate(self) -> Operator {
        Operator(self.0 | IMMEDIATE)
    }

    /// The comparison of a jump that is taken if the result is `wanted`.
    pub const fn jump_if(self, wanted: bool) -> Operator {
        let kind = if wanted { JUMP_IF_TRUE } else { 0 };
        Operator(self.0 | JUMP | kind)
    }

    #[inline(always)]
    pub const fn is_jump(self) -> bool {
        self.has(JUMP)
    }

    /// Where the instruction at `pc`, which is such a jump, leads when the comparison gave `truth`.
    ///
    /// # Safety
    /// As said.
    #[inline(always)]
    pub unsafe fn target(self, pc: *const u64, truth: bool) -> *const u64 {
        // SAFETY: by contract; fused comparisons have one word for a cache.
        unsafe {
            if truth == self.has(JUMP_IF_TRUE) {
                // Who jumps back was at a safepoint when the method was entered.
                pc.offset(c_imm!(pc) as isize)
            } else {
                pc.add(2)
            }
        }
    }

    const fn has(self, flag: i64) -> bool {
        self.0 & flag != 0
    }

    fn special(self) -> Special {
        Special::ALL[(self.0 >> FLAG_BITS) as usize]
    }

    /// The frame word of its method.
    const fn mark(self) -> Value {
        Value::small(FIRST_OPERATOR_MARK + self.0)
    }

    /// The operator that a frame word stands for.
    #[inline(always)]
    pub fn of_mark(mark: Value) -> Option<Operator> {
        let n = mark.as_small()?;
        (n >= FIRST_OPERATOR_MARK).then_some(Operator(n - FIRST_OPERATOR_MARK))
    }
}

/// Whether a shape belongs to a class that is none of the builtin ones.
#[inline(always)]
pub(super) fn is_beyond_builtins(shape: u32) -> bool {
    shape as usize > shape_id::COUNT
}

/// Enters the Python method that `x op y` asks first; no address if that is none.
///
/// # Safety
/// The frame is saved.
#[inline(never)]
pub(super) unsafe fn enter_operator(cx: &mut Cx, operator: Operator, x: Value, y: Value) -> Next {
    let op = operator.special();
    let (method, this, other, operator) = if is_beyond_builtins(shape_of(x)) {
        let class = cx.type_of(x);
        if is_beyond_builtins(shape_of(y)) && is_proper_subclass(cx.type_of(y), class) {
            // Its reflected method may come first.
            return Next::EXIT;
        }
        let (method, operator) = own_method(class, operator);
        (method, x, y, operator)
    } else if x.as_object().is_none() && !is_kind(y, Kind::Int) && !is_kind(y, Kind::Float) {
        // Ints and floats know themselves and each other, no more.
        let reflected = special::reflected(op);
        (cx.type_of(y).resolved_special(reflected), y, x, operator)
    } else {
        return Next::EXIT;
    };
    let Some(f) = as_function(method) else {
        return Next::EXIT;
    };
    // SAFETY: the frame is saved.
    unsafe {
        let caller = Frame::running(cx);
        enter_method::<2>(cx, caller, f, (this, other, other), operator.mark())
            .unwrap_or(Next::EXIT)
    }
}

fn is_proper_subclass(class: Gc<Type>, of: Gc<Type>) -> bool {
    class != of && class.is_subtype(of)
}

/// The method of the left operand that is asked first, as far as it is known, and the operator with a note
/// of which one that is.
fn own_method(class: Gc<Type>, operator: Operator) -> (Value, Operator) {
    let op = operator.special();
    if operator.has(IN_PLACE) {
        let method = class.resolved_special(special::in_place(op));
        if !method.is_empty() {
            return (method, Operator(operator.0 | IN_PLACE_ASKED));
        }
    }
    (class.resolved_special(op), operator)
}

/// Enters the Python method of a unary operator; no address if there is none.
///
/// # Safety
/// The frame is saved.
#[inline(never)]
pub(super) unsafe fn enter_unary(cx: &mut Cx, op: Special, x: Value) -> Next {
    let Some(f) = as_function(cx.type_of(x).resolved_special(op)) else {
        return Next::EXIT;
    };
    // SAFETY: the frame is saved.
    unsafe {
        let caller = Frame::running(cx);
        enter_method::<1>(cx, caller, f, (x, x, x), RESULT_MARK).unwrap_or(Next::EXIT)
    }
}

/// Enters the Python method that the comparison of `x` and `y` asks first; no address if that is none.
///
/// # Safety
/// The frame is saved.
#[inline(never)]
pub(super) unsafe fn enter_comparison(cx: &mut Cx, operator: Operator, x: Value, y: Value) -> Next {
    let class = cx.type_of(x);
    let Some(f) = as_function(class.resolved_special(operator.special())) else {
        return Next::EXIT;
    };
    if is_beyond_builtins(shape_of(y)) && is_proper_subclass(cx.type_of(y), class) {
        return Next::EXIT;
    }
    // SAFETY: the frame is saved.
    unsafe {
        let caller = Frame::running(cx);
        enter_method::<2>(cx, caller, f, (x, y, y), operator.mark()).unwrap_or(Next::EXIT)
    }
}

/// Goes on at `cx.pc` when the method that the operator there entered has returned `v`.
///
/// # Safety
/// The frame is saved.
pub(super) unsafe fn finish_operator(cx: &mut Cx, operator: Operator, v: Value) -> Next {
    // SAFETY: by contract.
    unsafe {
        let v = if v == Value::not_implemented() {
            match declined(cx, operator) {
                Ok(v) => v,
                Err(e) => return unwind(cx, e),
            }
        } else {
            v
        };
        if !operator.is_jump() {
            return deliver(cx, v);
        }
        match cx.is_true(v) {
            Ok(truth) => Next {
                pc: operator.target(cx.pc, truth),
                base: cx.base,
            },
            Err(e) => unwind(cx, e),
        }
    }
}

/// The result of the operator or comparison at `cx.pc` whose first method, which was entered, returned
/// `NotImplemented`.
///
/// # Safety
/// The frame is saved.
#[cold]
unsafe fn declined(cx: &mut Cx, operator: Operator) -> PyResult<Value> {
    let (pc, base) = (cx.pc, cx.base);
    // SAFETY: the operands of the instruction.
    let (x, y) = unsafe {
        match (operator.is_jump(), operator.has(IMMEDIATE)) {
            (true, true) => (reg!(base, a!(pc)), Value::small(b_imm!(pc))),
            (true, false) => (reg!(base, a!(pc)), reg!(base, b!(pc))),
            (false, true) => (reg!(base, b!(pc)), Value::small(c_imm!(pc))),
            (false, false) => (reg!(base, b!(pc)), reg!(base, c!(pc))),
        }
    };
    let op = operator.special();
    match CompareOp::ALL.iter().find(|c| c.special() == op) {
        Some(comparison) => cx.compare_after_declined(*comparison, x, y),
        None => {
            let (in_place, asked) = (operator.has(IN_PLACE), operator.has(IN_PLACE_ASKED));
            cx.after_declined(op, in_place, asked, x, y)
        }
    }
}
