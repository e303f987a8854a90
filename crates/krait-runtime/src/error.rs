//! Python exceptions as Rust errors.
//!
//! A raised exception is an `Err(Raised)`; there is no error indicator beside it. `Raised` holds
//! the exception instance, alive because it is on the native stack.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::cx::Cx;
use crate::object::{Gc, Header, Kind, Object, Slot};
use crate::types::typeobj::Type;
use crate::value::Value;

/// A Python exception on its way to a handler.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Raised(Value);

pub type PyResult<T = Value> = Result<T, Raised>;

impl Raised {
    /// `exception` is an instance of a subclass of BaseException.
    #[inline(always)]
    pub fn new(exception: Gc<Exception>) -> Raised {
        Raised(exception.value())
    }

    /// The exception, to be kept somewhere or shown to Python code.
    #[inline(always)]
    pub fn value(self) -> Value {
        self.exception().set_seen();
        self.0
    }

    /// The exception, for what the interpreter does on its way to a handler: who keeps it calls
    /// [`Exception::set_seen`].
    #[inline(always)]
    pub fn exception(self) -> Gc<Exception> {
        Gc::from_value_unchecked(self.0)
    }

    /// Whether this is an instance of `class`.
    pub fn is(self, cx: &Cx, class: Gc<Type>) -> bool {
        cx.type_of(self.0).is_subtype(class)
    }
}

/// Payload of every exception. What only some classes have (`OSError.errno`, `StopIteration.value`)
/// stands in `fields`, an array indexed by the class family's own constants.
#[repr(C)]
pub struct Exception {
    pub header: Header,
    pub args: Slot,
    pub traceback: Slot,
    pub context: Slot,
    pub cause: Slot,
    /// True once `__cause__` was set: `raise ... from`.
    pub suppress_context: Slot,
    pub fields: Slot,
    /// Nothing refers to it but what carries it to its handler, so that the interpreter may leave
    /// its traceback incomplete.
    unseen: AtomicBool,
}
// SAFETY: repr(C), header first; slots are atomic.
unsafe impl Object for Exception {
    const KIND: Kind = Kind::Exception;
}

macro_rules! raisers {
    ($($method:ident => $class:ident),* $(,)?) => {
        impl Cx {
            $(
                #[doc = concat!("A `", stringify!($class), "` with this message.")]
                #[cold]
                pub fn $method(&mut self, message: impl AsRef<str>) -> Raised {
                    let class = self.types().$class;
                    self.error(class, message.as_ref())
                }
            )*
        }
    };
}

raisers! {
    type_error => type_error,
    value_error => value_error,
    attribute_error => attribute_error,
    index_error => index_error,
    key_error_message => key_error,
    runtime_error => runtime_error,
    recursion_error => recursion_error,
    not_implemented_error => not_implemented_error,
    overflow_error => overflow_error,
    zero_division_error => zero_division_error,
    memory_error_message => memory_error,
    name_error => name_error,
    unbound_local_error => unbound_local_error,
    import_error => import_error,
    system_error => system_error,
    assertion_error => assertion_error,
    buffer_error => buffer_error,
    lookup_error => lookup_error,
    eof_error => eof_error,
    reference_error => reference_error,
}

impl Cx {
    /// An instance of the builtin exception `class` with `(message,)` as arguments.
    #[cold]
    pub fn error(&mut self, class: Gc<Type>, message: &str) -> Raised {
        let message = self.new_str(message);
        self.error_with(class, &[message])
    }

    /// An instance of the builtin exception `class` with these arguments, made without calling
    /// Python code.
    #[cold]
    pub fn error_with(&mut self, class: Gc<Type>, args: &[Value]) -> Raised {
        let args = self.new_tuple(args);
        let e = Exception::alloc(self, class, args);
        e.set_unseen();
        Raised::new(e)
    }

    /// `KeyError(key)`.
    #[cold]
    pub fn key_error(&mut self, key: Value) -> Raised {
        let class = self.types().key_error;
        self.error_with(class, &[key])
    }

    /// MemoryError unless `bytes` can be had in one piece. For what is about to be built in memory that the
    /// process would end for the want of; small requests are served from the allocator's reserve.
    #[inline]
    pub fn ensure_memory(&mut self, bytes: usize) -> PyResult<()> {
        const SMALL: usize = 1 << 20;
        if bytes > SMALL && Vec::<u8>::new().try_reserve_exact(bytes).is_err() {
            return Err(self.memory_error());
        }
        Ok(())
    }

    /// MemoryError if the heap has asked for one, as it is raised between bytecodes.
    #[inline]
    pub fn check_memory(&mut self) -> PyResult<()> {
        let word = self.mutator.poll_word();
        if word.load(Ordering::Relaxed) & krait_heap::POLL_MEMORY == 0 {
            return Ok(());
        }
        word.fetch_and(!krait_heap::POLL_MEMORY, Ordering::AcqRel);
        Err(self.memory_error())
    }

    #[cold]
    pub fn memory_error(&mut self) -> Raised {
        let class = self.types().memory_error;
        self.error_with(class, &[])
    }

    /// `StopIteration(value)`, or without arguments for `None`.
    #[cold]
    pub fn stop_iteration(&mut self, value: Value) -> Raised {
        let class = self.types().stop_iteration;
        let args: &[Value] = if value == Value::none() {
            &[]
        } else {
            &[value]
        };
        let raised = self.error_with(class, args);
        if !value.is_none() {
            raised
                .exception()
                .set_field(self, crate::types::exceptions::fields::VALUE, value);
        }
        raised
    }
}

impl Exception {
    /// A new instance of `class` (a builtin exception or a subclass) with `args`, a tuple.
    pub fn alloc(cx: &mut Cx, class: Gc<Type>, args: Value) -> Gc<Exception> {
        cx.alloc_instance_of(class, size_of::<Exception>(), Kind::Exception, |header| {
            Exception {
                header,
                args: Slot::new(args),
                traceback: Slot::new(Value::none()),
                context: Slot::new(Value::none()),
                cause: Slot::new(Value::none()),
                suppress_context: Slot::new(Value::bool(false)),
                fields: Slot::empty(),
                unseen: AtomicBool::new(false),
            }
        })
    }

    /// Whether nobody has a reference to it who might ask for its traceback.
    #[inline(always)]
    pub fn is_unseen(&self) -> bool {
        self.unseen.load(Ordering::Relaxed)
    }

    /// Somebody gets a reference.
    #[inline(always)]
    pub fn set_seen(&self) {
        self.unseen.store(false, Ordering::Relaxed);
    }

    /// Who made it raises it and keeps no reference.
    #[inline(always)]
    pub fn set_unseen(&self) {
        self.unseen.store(true, Ordering::Relaxed);
    }
}

/// Number of class-specific fields an exception can have.
pub const FIELDS: usize = 9;

impl Gc<Exception> {
    /// A class-specific field, `EMPTY` if it was never set.
    pub fn field(self, index: usize) -> Value {
        match Gc::<crate::object::Array>::from_value(self.fields.get()) {
            Some(a) => a.slots()[index].get(),
            None => Value::EMPTY,
        }
    }

    pub fn set_field(self, cx: &mut Cx, index: usize, v: Value) {
        let array = match Gc::<crate::object::Array>::from_value(self.fields.get()) {
            Some(a) => a,
            None => {
                let a = cx.new_array(FIELDS);
                self.fields.set(cx, self, a.value());
                a
            }
        };
        array.slots()[index].set(cx, array, v);
    }
}
