//! The numbers of `Lib/re/_constants.py`: what a code list is made of.

/// Version of the code list format; `re._compiler` asserts that `_sre.MAGIC` is this.
pub const MAGIC: u32 = 20_230_612;
/// Bytes per code word (`_sre.CODESIZE`).
pub const CODESIZE: usize = 4;
/// "No upper bound" in a repeat (`_sre.MAXREPEAT`).
pub const MAXREPEAT: u32 = u32::MAX;
/// The most groups a pattern may have (`_sre.MAXGROUPS`).
pub const MAXGROUPS: usize = (i32::MAX / 2) as usize;

/// `re.IGNORECASE` and so on, as `_sre.compile` gets them.
pub mod flag {
    pub const IGNORECASE: u32 = 2;
    pub const LOCALE: u32 = 4;
    pub const MULTILINE: u32 = 8;
    pub const DOTALL: u32 = 16;
    pub const UNICODE: u32 = 32;
    pub const VERBOSE: u32 = 64;
    pub const DEBUG: u32 = 128;
    pub const ASCII: u32 = 256;
}

/// Bits of the second word of an `INFO` block.
pub(crate) mod info {
    pub const PREFIX: u32 = 1;
    pub const LITERAL: u32 = 2;
    pub const CHARSET: u32 = 4;
}

/// Declares an enum of consecutive numbers together with its checked decoder, so that the two
/// cannot drift apart.
macro_rules! code_enum {
    ($(#[$doc:meta])* $name:ident { $($variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u32)]
        pub(crate) enum $name { $($variant),+ }

        impl $name {
            const ALL: &[$name] = &[$($name::$variant),+];

            pub(crate) fn from_code(code: u32) -> Option<$name> {
                Self::ALL.get(code as usize).copied()
            }
        }
    };
}

code_enum! {
    /// Operators, in the order of `OPCODES`.
    Op {
        Failure, Success,
        Any, AnyAll,
        Assert, AssertNot,
        At,
        Branch,
        Category,
        Charset, BigCharset,
        GroupRef, GroupRefExists,
        In,
        Info,
        Jump,
        Literal,
        Mark,
        MaxUntil,
        MinUntil,
        NotLiteral,
        Negate,
        Range,
        Repeat,
        RepeatOne,
        Subpattern,
        MinRepeatOne,
        AtomicGroup,
        PossessiveRepeat,
        PossessiveRepeatOne,
        GroupRefIgnore,
        InIgnore,
        LiteralIgnore,
        NotLiteralIgnore,
        GroupRefLocIgnore,
        InLocIgnore,
        LiteralLocIgnore,
        NotLiteralLocIgnore,
        GroupRefUniIgnore,
        InUniIgnore,
        LiteralUniIgnore,
        NotLiteralUniIgnore,
        RangeUniIgnore,
    }
}

code_enum! {
    /// Positions, in the order of `ATCODES`.
    At {
        Beginning, BeginningLine, BeginningString,
        Boundary, NonBoundary,
        End, EndLine, EndString,
        LocBoundary, LocNonBoundary,
        UniBoundary, UniNonBoundary,
    }
}

code_enum! {
    /// Character categories, in the order of `CHCODES`.
    Category {
        Digit, NotDigit,
        Space, NotSpace,
        Word, NotWord,
        Linebreak, NotLinebreak,
        LocWord, LocNotWord,
        UniDigit, UniNotDigit,
        UniSpace, UniNotSpace,
        UniWord, UniNotWord,
        UniLinebreak, UniNotLinebreak,
    }
}

/// How a character is folded before it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    None,
    Ascii,
    Locale,
    Unicode,
}
