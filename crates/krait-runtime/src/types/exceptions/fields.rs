//! Where the class-specific fields of exceptions stand in `Exception::fields`.

/// `StopIteration.value`, `SystemExit.code`.
pub const VALUE: usize = 0;
/// `NameError.name`, `AttributeError.name`, `ImportError.name`.
pub const NAME: usize = 0;
/// `AttributeError.obj`, `ImportError.path`.
pub const OBJ: usize = 1;
pub const PATH: usize = 1;
/// `ImportError`.
pub const NAME_FROM: usize = 2;
pub const MSG: usize = 3;
/// `OSError`.
pub const ERRNO: usize = 0;
pub const STRERROR: usize = 1;
pub const FILENAME: usize = 2;
pub const FILENAME2: usize = 3;
pub const CHARACTERS_WRITTEN: usize = 4;
/// `SyntaxError`; `MSG` as above.
pub const SYNTAX_FILENAME: usize = 0;
pub const LINENO: usize = 1;
pub const OFFSET: usize = 2;
pub const TEXT: usize = 4;
pub const END_LINENO: usize = 5;
pub const END_OFFSET: usize = 6;
pub const PRINT_FILE_AND_LINE: usize = 7;
pub const METADATA: usize = 8;
/// `UnicodeError` family.
pub const ENCODING: usize = 0;
pub const OBJECT: usize = 1;
pub const START: usize = 2;
pub const END: usize = 3;
pub const REASON: usize = 4;
/// `BaseExceptionGroup`.
pub const MESSAGE: usize = 0;
pub const EXCEPTIONS: usize = 1;
/// The text of `exceptions` as it was given, where that was neither a list nor a tuple.
pub const EXCEPTIONS_TEXT: usize = 2;
