//! The builtin exceptions: one table of the hierarchy, methods by family.

pub mod base;
pub mod fields;
pub mod group;
pub mod import;
pub mod os;
pub mod stop;
pub mod syntax;
pub mod unicode;

pub use base::add_note;

use crate::error::Exception;
use crate::native::{Layout, NativeDef, TypeSpec};
use crate::types::typeobj::flags;

macro_rules! hierarchy {
    ($($id:ident($base:expr) $name:literal $doc:literal $defs:expr;)*) => {
        $(pub static $id: TypeSpec = TypeSpec {
            name: $name,
            doc: Some($doc),
            base: $base,
            layout: Layout::of::<Exception>(),
            flags: flags::BASETYPE | flags::EXC_SUBCLASS | flags::INSTANCE_DICT,
            defs: $defs,
            ..TypeSpec::DEFAULT
        };)*
    };
}

/// Inherits everything.
const NOTHING: &[&[NativeDef]] = &[];
/// Adds nothing but a `__new__` of its own, which complains in its name.
const PLAIN: &[&[NativeDef]] = &[base::New::DEFS];

hierarchy! {
    BASE_EXCEPTION(None) "BaseException" "Common base class for all exceptions." &[base::New::DEFS, base::Methods::DEFS];
    EXCEPTION(Some(&BASE_EXCEPTION)) "Exception" "Common base class for all non-exit exceptions." PLAIN;
    BASE_EXCEPTION_GROUP(Some(&BASE_EXCEPTION)) "BaseExceptionGroup" "A combination of multiple unrelated exceptions." &[group::Methods::DEFS];
    // `ExceptionGroup` has `Exception` as second base: added when the interpreter starts.
    EXCEPTION_GROUP(Some(&BASE_EXCEPTION_GROUP)) "ExceptionGroup" "" NOTHING;
    GENERATOR_EXIT(Some(&BASE_EXCEPTION)) "GeneratorExit" "Request that a generator exit." PLAIN;
    KEYBOARD_INTERRUPT(Some(&BASE_EXCEPTION)) "KeyboardInterrupt" "Program interrupted by user." PLAIN;
    SYSTEM_EXIT(Some(&BASE_EXCEPTION)) "SystemExit" "Request to exit from the interpreter." &[stop::SystemExitMethods::DEFS];
    ARITHMETIC_ERROR(Some(&EXCEPTION)) "ArithmeticError" "Base class for arithmetic errors." PLAIN;
    FLOATING_POINT_ERROR(Some(&ARITHMETIC_ERROR)) "FloatingPointError" "Floating-point operation failed." PLAIN;
    OVERFLOW_ERROR(Some(&ARITHMETIC_ERROR)) "OverflowError" "Result too large to be represented." PLAIN;
    ZERO_DIVISION_ERROR(Some(&ARITHMETIC_ERROR)) "ZeroDivisionError" "Second argument to a division or modulo operation was zero." PLAIN;
    ASSERTION_ERROR(Some(&EXCEPTION)) "AssertionError" "Assertion failed." PLAIN;
    ATTRIBUTE_ERROR(Some(&EXCEPTION)) "AttributeError" "Attribute not found." &[import::AttributeErrorMethods::DEFS];
    BUFFER_ERROR(Some(&EXCEPTION)) "BufferError" "Buffer error." PLAIN;
    EOF_ERROR(Some(&EXCEPTION)) "EOFError" "Read beyond end of file." PLAIN;
    IMPORT_ERROR(Some(&EXCEPTION)) "ImportError" "Import can't find module, or can't find name in module." &[import::ImportErrorMethods::DEFS];
    MODULE_NOT_FOUND_ERROR(Some(&IMPORT_ERROR)) "ModuleNotFoundError" "Module not found." NOTHING;
    LOOKUP_ERROR(Some(&EXCEPTION)) "LookupError" "Base class for lookup errors." PLAIN;
    INDEX_ERROR(Some(&LOOKUP_ERROR)) "IndexError" "Sequence index out of range." PLAIN;
    KEY_ERROR(Some(&LOOKUP_ERROR)) "KeyError" "Mapping key not found." &[stop::KeyErrorMethods::DEFS];
    MEMORY_ERROR(Some(&EXCEPTION)) "MemoryError" "Out of memory." PLAIN;
    NAME_ERROR(Some(&EXCEPTION)) "NameError" "Name not found globally." &[import::NameErrorMethods::DEFS];
    UNBOUND_LOCAL_ERROR(Some(&NAME_ERROR)) "UnboundLocalError" "Local name referenced but not bound to a value." NOTHING;
    OS_ERROR(Some(&EXCEPTION)) "OSError" "Base class for I/O related errors." &[os::Methods::DEFS];
    BLOCKING_IO_ERROR(Some(&OS_ERROR)) "BlockingIOError" "I/O operation would block." NOTHING;
    CHILD_PROCESS_ERROR(Some(&OS_ERROR)) "ChildProcessError" "Child process error." NOTHING;
    CONNECTION_ERROR(Some(&OS_ERROR)) "ConnectionError" "Connection error." NOTHING;
    BROKEN_PIPE_ERROR(Some(&CONNECTION_ERROR)) "BrokenPipeError" "Broken pipe." NOTHING;
    CONNECTION_ABORTED_ERROR(Some(&CONNECTION_ERROR)) "ConnectionAbortedError" "Connection aborted." NOTHING;
    CONNECTION_REFUSED_ERROR(Some(&CONNECTION_ERROR)) "ConnectionRefusedError" "Connection refused." NOTHING;
    CONNECTION_RESET_ERROR(Some(&CONNECTION_ERROR)) "ConnectionResetError" "Connection reset." NOTHING;
    FILE_EXISTS_ERROR(Some(&OS_ERROR)) "FileExistsError" "File already exists." NOTHING;
    FILE_NOT_FOUND_ERROR(Some(&OS_ERROR)) "FileNotFoundError" "File not found." NOTHING;
    INTERRUPTED_ERROR(Some(&OS_ERROR)) "InterruptedError" "Interrupted by signal." NOTHING;
    IS_A_DIRECTORY_ERROR(Some(&OS_ERROR)) "IsADirectoryError" "Operation doesn't work on directories." NOTHING;
    NOT_A_DIRECTORY_ERROR(Some(&OS_ERROR)) "NotADirectoryError" "Operation only works on directories." NOTHING;
    PERMISSION_ERROR(Some(&OS_ERROR)) "PermissionError" "Not enough permissions." NOTHING;
    PROCESS_LOOKUP_ERROR(Some(&OS_ERROR)) "ProcessLookupError" "Process not found." NOTHING;
    TIMEOUT_ERROR(Some(&OS_ERROR)) "TimeoutError" "Timeout expired." NOTHING;
    REFERENCE_ERROR(Some(&EXCEPTION)) "ReferenceError" "Weak ref proxy used after referent went away." PLAIN;
    RUNTIME_ERROR(Some(&EXCEPTION)) "RuntimeError" "Unspecified run-time error." PLAIN;
    NOT_IMPLEMENTED_ERROR(Some(&RUNTIME_ERROR)) "NotImplementedError" "Method or function hasn't been implemented yet." PLAIN;
    PYTHON_FINALIZATION_ERROR(Some(&RUNTIME_ERROR)) "PythonFinalizationError" "Operation blocked during Python finalization." PLAIN;
    RECURSION_ERROR(Some(&RUNTIME_ERROR)) "RecursionError" "Recursion limit exceeded." PLAIN;
    STOP_ASYNC_ITERATION(Some(&EXCEPTION)) "StopAsyncIteration" "Signal the end from iterator.__anext__()." PLAIN;
    STOP_ITERATION(Some(&EXCEPTION)) "StopIteration" "Signal the end from iterator.__next__()." &[stop::StopIterationMethods::DEFS];
    SYNTAX_ERROR(Some(&EXCEPTION)) "SyntaxError" "Invalid syntax." &[syntax::Methods::DEFS];
    INCOMPLETE_INPUT_ERROR(Some(&SYNTAX_ERROR)) "_IncompleteInputError" "incomplete input." NOTHING;
    INDENTATION_ERROR(Some(&SYNTAX_ERROR)) "IndentationError" "Improper indentation." NOTHING;
    TAB_ERROR(Some(&INDENTATION_ERROR)) "TabError" "Improper mixture of spaces and tabs." NOTHING;
    SYSTEM_ERROR(Some(&EXCEPTION)) "SystemError" "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version." PLAIN;
    TYPE_ERROR(Some(&EXCEPTION)) "TypeError" "Inappropriate argument type." PLAIN;
    VALUE_ERROR(Some(&EXCEPTION)) "ValueError" "Inappropriate argument value (of correct type)." PLAIN;
    UNICODE_ERROR(Some(&VALUE_ERROR)) "UnicodeError" "Unicode related error." PLAIN;
    UNICODE_DECODE_ERROR(Some(&UNICODE_ERROR)) "UnicodeDecodeError" "Unicode decoding error." &[base::New::DEFS, unicode::DecodeMethods::DEFS];
    UNICODE_ENCODE_ERROR(Some(&UNICODE_ERROR)) "UnicodeEncodeError" "Unicode encoding error." &[base::New::DEFS, unicode::EncodeMethods::DEFS];
    UNICODE_TRANSLATE_ERROR(Some(&UNICODE_ERROR)) "UnicodeTranslateError" "Unicode translation error." &[base::New::DEFS, unicode::TranslateMethods::DEFS];
    WARNING(Some(&EXCEPTION)) "Warning" "Base class for warning categories." PLAIN;
    BYTES_WARNING(Some(&WARNING)) "BytesWarning" "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str." PLAIN;
    DEPRECATION_WARNING(Some(&WARNING)) "DeprecationWarning" "Base class for warnings about deprecated features." PLAIN;
    ENCODING_WARNING(Some(&WARNING)) "EncodingWarning" "Base class for warnings about encodings." PLAIN;
    FUTURE_WARNING(Some(&WARNING)) "FutureWarning" "Base class for warnings about constructs that will change semantically\nin the future." PLAIN;
    IMPORT_WARNING(Some(&WARNING)) "ImportWarning" "Base class for warnings about probable mistakes in module imports" PLAIN;
    PENDING_DEPRECATION_WARNING(Some(&WARNING)) "PendingDeprecationWarning" "Base class for warnings about features which will be deprecated\nin the future." PLAIN;
    RESOURCE_WARNING(Some(&WARNING)) "ResourceWarning" "Base class for warnings about resource usage." PLAIN;
    RUNTIME_WARNING(Some(&WARNING)) "RuntimeWarning" "Base class for warnings about dubious runtime behavior." PLAIN;
    SYNTAX_WARNING(Some(&WARNING)) "SyntaxWarning" "Base class for warnings about dubious syntax." PLAIN;
    UNICODE_WARNING(Some(&WARNING)) "UnicodeWarning" "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems." PLAIN;
    USER_WARNING(Some(&WARNING)) "UserWarning" "Base class for warnings generated by user code." PLAIN;
}
