//! Comparison of lists. The lists may change while items are compared: every step reads anew.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::protocol::compare::CompareOp;
use crate::types::list::List;
use crate::value::Value;

/// `this op other` for lists; `NotImplemented` if `other` is none.
pub(super) fn compare(cx: &mut Cx, op: CompareOp, this: Gc<List>, other: Value) -> PyResult<Value> {
    let Some(other) = Gc::<List>::from_value(other) else {
        return Ok(Value::not_implemented());
    };
    if matches!(op, CompareOp::Eq | CompareOp::Ne) && this.len() != other.len() {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    cx.check_native_stack()?;
    let mut i = 0;
    while let (Some(a), Some(b)) = (this.get(i), other.get(i)) {
        if a != b && !cx.eq(a, b)? {
            // The comparison may have shortened a list: then lengths decide.
            let (Some(a), Some(b)) = (this.get(i), other.get(i)) else {
                break;
            };
            return match op {
                CompareOp::Eq => Ok(Value::bool(false)),
                CompareOp::Ne => Ok(Value::bool(true)),
                _ => cx.compare(op, a, b),
            };
        }
        i += 1;
    }
    Ok(Value::bool(op.holds(this.len().cmp(&other.len()))))
}
