//! What a caller can ask of the parser.

/// The start symbol, as in `compile()`'s `mode` argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A whole file: `mode="exec"`.
    Exec,
    /// One expression: `mode="eval"`.
    Eval,
    /// One interactive statement: `mode="single"`.
    Single,
    /// A signature type comment, `(int, str) -> bool`; see [`crate::parse_func_type`].
    FuncType,
}

/// How to parse. The flags are those of `ast.PyCF_*` that concern the parser.
#[derive(Clone, Debug)]
pub struct Options {
    pub mode: Mode,
    /// `PyCF_TYPE_COMMENTS`.
    pub type_comments: bool,
    /// `PyCF_ALLOW_INCOMPLETE_INPUT`: an error at the end of the input becomes
    /// [`crate::ErrorKind::Incomplete`].
    pub allow_incomplete: bool,
    /// `PyCF_DONT_IMPLY_DEDENT`: the end of the input does not close the blocks that are open
    /// (only in [`Mode::Single`]).
    pub dont_imply_dedent: bool,
    /// `CO_FUTURE_BARRY_AS_BDFL`: `<>` instead of `!=`.
    pub barry_as_bdfl: bool,
    /// `sys.get_int_max_str_digits()`, which bounds decimal literals too; 0 is no limit.
    pub int_max_str_digits: usize,
}

impl Options {
    pub fn new(mode: Mode) -> Options {
        Options {
            mode,
            type_comments: false,
            allow_incomplete: false,
            dont_imply_dedent: false,
            barry_as_bdfl: false,
            int_max_str_digits: 4300,
        }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options::new(Mode::Exec)
    }
}
