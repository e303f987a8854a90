//! What the collector is told about Python objects.

use std::sync::OnceLock;

pub use krait_heap::{Allocator, Poll, Tracer, address_space_limit};
use krait_heap::{ObjectModel, WeakPhase};

use crate::cx::{Cx, Interpreter};
use crate::native::NativeInfo;
use crate::object::{Array, Cell, HAS_TAIL, Header, Kind};
use crate::types;

/// The object model of one interpreter.
#[derive(Default)]
pub struct Model {
    interp: OnceLock<&'static Interpreter>,
}

impl Model {
    pub(crate) fn set_interpreter(&self, interp: &'static Interpreter) {
        assert!(
            self.interp.set(interp).is_ok(),
            "a heap belongs to one interpreter"
        );
    }
}

/// Header and info: what every native object starts with.
#[repr(C)]
struct NativeHead {
    header: Header,
    info: Option<&'static NativeInfo>,
}

/// # Safety
/// `o` is a live object of a native kind.
#[inline(always)]
pub(crate) unsafe fn native_info(o: *mut Header) -> Option<&'static NativeInfo> {
    // SAFETY: by contract; a body that is still zero reads as `None`.
    unsafe { (*o.cast::<NativeHead>()).info }
}

/// # Safety
/// `o` is a live object laid out as `T`.
unsafe fn cast<'a, T>(o: *mut Header) -> &'a T {
    // SAFETY: by contract.
    unsafe { &*o.cast::<T>() }
}

impl Model {
    /// # Safety
    /// `o` is a live object; the world is stopped.
    unsafe fn trace_payload(&self, o: *mut Header, kind: u8, t: &mut Tracer<'_>) {
        macro_rules! by_kind {
            ($($kind:ident => $ty:ty),* $(,)?) => {
                $(if kind == Kind::$kind as u8 {
                    // SAFETY: the kind byte vouches for the layout.
                    return unsafe { cast::<$ty>(o) }.trace(t);
                })*
            };
        }
        if kind == Kind::Array as u8 {
            // SAFETY: as above.
            let slots = unsafe { cast::<Array>(o) }.slots();
            // SAFETY: the words of a live array.
            return unsafe { t.words(slots.as_ptr().cast(), slots.len()) };
        }
        by_kind! {
            Tuple => types::tuple::Tuple,
            Dict => types::dict::Dict,
            DictStorage => types::dict::DictStorage,
            List => types::list::List,
            Str => types::str::Str,
            Type => types::typeobj::Type,
            BoundMethod => types::method::BoundMethod,
            MethodDescr => types::native_function::MethodDescr,
            BuiltinFunction => types::native_function::BuiltinFunction,
            GlobalCell => types::dict::GlobalCell,
            Set => types::set::Set,
            SetStorage => types::set::table::SetTable,
            WeakRef => types::weakref::WeakRef,
            ByteArray => types::bytearray::ByteArray,
            Slice => types::slice::Slice,
            Range => types::range::Range,
        }
        if kind == Kind::Cell as u8 {
            // SAFETY: as above.
            t.word(unsafe { cast::<Cell>(o) }.contents.get().bits());
        } else if kind == Kind::Module as u8 {
            // SAFETY: as above.
            t.word(
                unsafe { cast::<types::module::Module>(o) }
                    .dict
                    .get()
                    .bits(),
            );
        } else if kind == Kind::Exception as u8 {
            // SAFETY: as above.
            let e = unsafe { cast::<crate::error::Exception>(o) };
            for s in [
                &e.args,
                &e.traceback,
                &e.context,
                &e.cause,
                &e.suppress_context,
                &e.fields,
            ] {
                t.word(s.get().bits());
            }
        } else if kind == Kind::Native as u8
            || kind == Kind::NativeDrop as u8
            || Kind::UPPER.iter().any(|k| *k as u8 == kind)
        {
            // SAFETY: native kinds start with header and info.
            if let Some(info) = unsafe { native_info(o) } {
                // SAFETY: the info belongs to this object.
                unsafe { (info.trace)(o, t) };
            }
        }
    }
}

// `trace` reports every reference of every kind, as the tests
// with the heap verifier check.
impl ObjectModel for Model {
    type MutatorData = Cx;

    unsafe fn trace(&self, o: *mut Header, t: &mut Tracer<'_>) {
        // SAFETY: a live object, by contract.
        let (kind, sticky, shape) = unsafe { ((*o).kind(), (*o).sticky(), (*o).shape()) };
        // SAFETY: as above.
        unsafe { self.trace_payload(o, kind, t) };
        let Some(interp) = self.interp.get() else {
            return;
        };
        if shape as usize > types::list_of_types::Types::SPECS.len() {
            // An instance keeps its class alive; builtin classes are roots.
            let e = interp.shapes.entry(shape);
            t.object(e.class.header());
            if sticky & HAS_TAIL != 0 {
                let words = crate::protocol::instance::tail(o, e);
                // SAFETY: an object of this shape has that many words in its tail.
                unsafe { t.words(words.cast(), e.tail_words as usize) };
            }
        } else if sticky & HAS_TAIL != 0 {
            let e = interp.shapes.entry(shape);
            let words = crate::protocol::instance::tail(o, e);
            // SAFETY: as above.
            unsafe { t.words(words.cast(), e.tail_words as usize) };
        }
    }

    fn needs_drop(kind: u8) -> bool {
        kind == Kind::NativeDrop as u8 || kind == Kind::Code as u8
    }

    unsafe fn drop_object(&self, o: *mut Header) {
        // SAFETY: a native kind, by `needs_drop`.
        if let Some(info) = unsafe { native_info(o) } {
            // SAFETY: the info belongs to this dead object.
            unsafe { (info.drop)(o) };
        }
    }

    unsafe fn trace_roots(&self, t: &mut Tracer<'_>) {
        if let Some(interp) = self.interp.get() {
            interp.trace_roots(t);
            types::weakref::trace_queue(&interp.weakrefs, t);
            crate::finalize::trace_queue(interp, t);
        }
    }

    unsafe fn trace_mutator(&self, data: *mut Cx, t: &mut Tracer<'_>) {
        // SAFETY: the thread is stopped; its context is alive while attached.
        let cx = unsafe { &mut *data };
        cx.lookup_cache.clear();
        cx.plain_refs.clear();
        t.word(cx.handled.get().bits());
        for s in &cx.locals {
            t.word(s.get().bits());
        }
        if let Some(f) = cx.hooks().trace_thread {
            f(cx, t);
        }
    }

    unsafe fn after_marking(&self, weak: &mut WeakPhase<'_>) {
        if let Some(interp) = self.interp.get() {
            crate::finalize::after_marking(interp, weak);
        }
    }
}
