//! Attribute macros that make Rust functions visible to Python code, and `#[derive(Trace)]`.
//!
//! ```ignore
//! pub struct ListMethods;
//!
//! #[pymethods]
//! impl ListMethods {
//!     /// Remove and return item at index (default last).
//!     #[py(sig = "($self, index=-1, /)")]
//!     fn pop(cx: &mut Cx, this: Gc<List>, index: Option<isize>) -> PyResult<Value> { ... }
//!
//!     /// The number of slots allocated.
//!     #[py(getter)]
//!     fn capacity(this: Gc<List>) -> i64 { ... }
//!
//!     #[py(setter = "capacity")]
//!     fn set_capacity(cx: &mut Cx, this: Gc<List>, value: Option<Value>) -> PyResult<()> { ... }
//!
//!     /// Not marked: stays a Rust function.
//!     fn grow(list: &mut List) { ... }
//! }
//!
//! install(list_type, ListMethods::DEFS);
//! ```
//!
//! # Options of `#[py(...)]`
//!
//! | option | meaning |
//! |---|---|
//! | `name = "..."` | Python name. Default: the function's, without `r#` or one trailing `_` |
//! | `sig = "..."` | text signature, see below |
//! | `hide_sig` | arguments are bound by the signature, but `__text_signature__` is `None` |
//! | `at_once = ...` | the variant of `AtOnce` for what handlers of the interpreter do without calling the function |
//! | `shown = "..."` | `__text_signature__`, where CPython shows another one than it binds by |
//! | `doc = "..."` | `__doc__` in place of the doc comment; `""` for none |
//! | `getter` | attribute: `fn(cx, this)` |
//! | `setter = "..."` | setter of the getter with that Python name: `fn(cx, this, Option<Value>)`, `None` to delete |
//! | `classmethod`, `new` | the signature starts with `$type` (or `$cls`) |
//! | `staticmethod` | the signature has no `$` marker |
//! | `compare` | `fn(cx, this, other, op: CompareOp)` stands for `__lt__`, `__le__`, `__eq__`, `__ne__`, `__gt__` and `__ge__` |
//!
//! # Signatures
//!
//! `sig` is what CPython shows as `__text_signature__`, parsed at compile time. The function's Rust parameters are, in
//! this order, an optional `cx: &mut Cx`, then one for each of
//!
//! 1. `$self` or `$type` (`$module` is shown but not passed),
//! 2. positional parameters,
//! 3. keyword-only parameters,
//! 4. `**kwargs`: `Value` or `Option<Value>`, empty when there are none,
//! 5. `*args`: `&[Value]`.
//!
//! That is also the layout of the argument slice which the binder hands to the generated `NativeFn`; an absent optional
//! argument is `Value::EMPTY`. A parameter with a default is an `Option<T>`, or a `Value` that may be empty. `Value`
//! passes unconverted; other types go through `FromArg`, and the result through `IntoPy`.
//!
//! Without `sig`, all parameters are required and positional-only; the first is `$self` if it is called `this`, and a
//! last `&[Value]` is `*args`. A function without receiver gets `$module`, as in CPython.
//!
//! # What the runtime provides
//!
//! Generated code names `::krait_runtime::native::{ArgSite, AtOnce, CompareOp, Cx, DefKind, FromArg, IntoPy, NativeDef, Params, PyResult,
//! Trace, Value, bad_arity}` and `::krait_runtime::heap::Tracer`. `tests/runtime/mod.rs` has the least that compiles.
//! The wrappers use no `unsafe`: a slice pattern checks the length once, and `bad_arity() -> !` is the cold path.

mod input;
mod methods;
mod options;
mod signature;
mod trace;

use proc_macro::TokenStream;
use syn::{DeriveInput, Error, parse_macro_input};

/// Turns the functions marked `#[py(...)]` of an inherent `impl` block into `Self::DEFS: &'static [NativeDef]`.
///
/// One block per type, since each defines `DEFS`. See the crate's documentation for the options.
#[proc_macro_attribute]
pub fn pymethods(options: TokenStream, block: TokenStream) -> TokenStream {
    if let Some(token) = proc_macro2::TokenStream::from(options).into_iter().next() {
        let error = Error::new(token.span(), "expected no options").to_compile_error();
        return [TokenStream::from(error), block].into_iter().collect();
    }
    let block = parse_macro_input!(block as input::ImplBlock);
    methods::expand(block).into()
}

/// The same as [`macro@pymethods`], to be read on the namespace of a module's functions.
#[proc_macro_attribute]
pub fn pyfunctions(options: TokenStream, block: TokenStream) -> TokenStream {
    pymethods(options, block)
}

/// Implements `Trace` for a struct or an enum by tracing every field; type parameters must be `Trace` themselves.
///
/// `#[trace(skip)]` leaves a field out. The mark is a promise like that of an `unsafe` block: the field holds no
/// reference into the heap, or what it refers to is kept alive otherwise. A type that is `Trace` itself may hold
/// one, today or later, and does not compile with the mark.
#[proc_macro_derive(Trace, attributes(trace))]
pub fn derive_trace(item: TokenStream) -> TokenStream {
    let input = parse_macro_input!(item as DeriveInput);
    trace::expand(&input)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}
