//! Reading the operands of an instruction.

/// Operand a, b or c.
macro_rules! a {
    ($pc:ident) => {
        (*$pc.cast::<u16>().add(1) as usize)
    };
}
macro_rules! b {
    ($pc:ident) => {
        (*$pc.cast::<u16>().add(2) as usize)
    };
}
macro_rules! c {
    ($pc:ident) => {
        (*$pc.cast::<u16>().add(3) as usize)
    };
}
/// Operand b or c as an immediate.
macro_rules! b_imm {
    ($pc:ident) => {
        (*$pc.cast::<i16>().add(2) as i64)
    };
}
macro_rules! c_imm {
    ($pc:ident) => {
        (*$pc.cast::<i16>().add(3) as i64)
    };
}
/// Operands b and c as one signed number.
macro_rules! bc {
    ($pc:ident) => {
        (*$pc.cast::<i32>().add(1) as isize)
    };
}
