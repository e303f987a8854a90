//! Native functions as objects: builtin functions, method and attribute descriptors.
//!
//! Calls go straight from registers to the native code: the binder only copies when defaults or
//! keywords have to be filled in.

mod arguments;
mod calls;
mod errors;
mod methods;
mod slots;

pub use arguments::{Callee, call_def, call_ignoring, fill_and_call, takes_nothing};
pub use calls::{call_builtin, call_method_descr};
pub use methods::{
    BUILTIN_SPEC, CLASSMETHOD_SPEC, GETSET_SPEC, MEMBER_SPEC, METHOD_SPEC, METHOD_WRAPPER_SPEC,
    WRAPPER_SPEC,
};

use crate::native::{Cx, DefKind, NativeDef, PyResult, Value};
use crate::object::{Gc, Header, Kind, Object, Slot};
use crate::types::shape_id;
use crate::types::str::Str;
use crate::types::typeobj::Type;

/// A method, class method, attribute or slot wrapper of a native type, and `__slots__` members.
#[repr(C)]
pub struct MethodDescr {
    pub header: Header,
    pub def: Option<&'static NativeDef>,
    pub name: Slot,
    pub objclass: Slot,
    /// For members: index of the word in the tail. For class methods: unused.
    pub member: u16,
}
// SAFETY: repr(C), header first.
unsafe impl Object for MethodDescr {
    const KIND: Kind = Kind::MethodDescr;
}

/// A function of a native module, or a native method bound to its object.
#[repr(C)]
pub struct BuiltinFunction {
    pub header: Header,
    pub def: &'static NativeDef,
    pub name: Slot,
    /// The bound object, `EMPTY` for plain functions.
    pub self_: Slot,
    /// `__module__`, `EMPTY` for methods.
    pub module: Slot,
}
// SAFETY: repr(C), header first.
unsafe impl Object for BuiltinFunction {
    const KIND: Kind = Kind::BuiltinFunction;
}

impl MethodDescr {
    pub fn trace(&self, t: &mut crate::heap::Tracer<'_>) {
        t.word(self.name.get().bits());
        t.word(self.objclass.get().bits());
    }
}

impl Gc<BuiltinFunction> {
    /// The class that a bound method names itself after: a method of a class object, whether of the
    /// class or of its metaclass, goes by the name of that class, one of a module by none.
    #[inline]
    pub fn class(self, cx: &Cx) -> Option<Gc<Type>> {
        let object = self.self_.get();
        match Gc::<Type>::from_value(object) {
            Some(class) => Some(class),
            None if crate::object::is_kind(object, Kind::Module) && !self.is_wrapper() => None,
            None => Some(cx.type_of(object)),
        }
    }

    pub fn is_wrapper(self) -> bool {
        // SAFETY: a live object.
        unsafe { (*self.header()).shape() == shape_id::METHOD_WRAPPER }
    }
}

impl BuiltinFunction {
    pub fn trace(&self, t: &mut crate::heap::Tracer<'_>) {
        t.word(self.name.get().bits());
        t.word(self.self_.get().bits());
        t.word(self.module.get().bits());
    }
}

fn alloc_descr(
    cx: &mut Cx,
    shape: u32,
    owner: Gc<Type>,
    name: Gc<Str>,
    def: Option<&'static NativeDef>,
    member: u16,
) -> Gc<MethodDescr> {
    let o = cx
        .mutator
        .alloc(size_of::<MethodDescr>(), shape, Kind::MethodDescr as u8);
    // SAFETY: fresh memory of this size; the header is kept.
    unsafe {
        let header = std::ptr::read(o);
        o.cast::<MethodDescr>().write(MethodDescr {
            header,
            def,
            name: Slot::new(name.value()),
            objclass: Slot::new(owner.value()),
            member,
        });
        Gc::from_ptr(o.cast())
    }
}

/// The descriptor of a method or attribute of the native type `owner`.
pub fn new_descriptor(
    cx: &mut Cx,
    owner: Gc<Type>,
    name: Gc<Str>,
    def: &'static NativeDef,
) -> Gc<MethodDescr> {
    let shape = match def.kind {
        DefKind::Getter { member: true, .. } => shape_id::MEMBER_DESCRIPTOR,
        DefKind::Getter { .. } => shape_id::GETSET_DESCRIPTOR,
        _ if slots::slot_of(def, &owner.name_string()).is_some() => shape_id::WRAPPER_DESCRIPTOR,
        _ => shape_id::METHOD_DESCRIPTOR,
    };
    alloc_descr(cx, shape, owner, name, Some(def), 0)
}

pub fn new_class_method(
    cx: &mut Cx,
    owner: Gc<Type>,
    name: Gc<Str>,
    def: &'static NativeDef,
) -> Gc<MethodDescr> {
    alloc_descr(
        cx,
        shape_id::CLASSMETHOD_DESCRIPTOR,
        owner,
        name,
        Some(def),
        0,
    )
}

/// A `__slots__` member: word `member` of the tail.
pub fn new_member(cx: &mut Cx, owner: Gc<Type>, name: Gc<Str>, member: u16) -> Gc<MethodDescr> {
    alloc_descr(cx, shape_id::MEMBER_DESCRIPTOR, owner, name, None, member)
}

pub fn new_builtin(
    cx: &mut Cx,
    def: &'static NativeDef,
    name: Gc<Str>,
    self_: Value,
    module: Value,
) -> Gc<BuiltinFunction> {
    let o = cx.mutator.alloc(
        size_of::<BuiltinFunction>(),
        shape_id::BUILTIN_FUNCTION,
        Kind::BuiltinFunction as u8,
    );
    // SAFETY: fresh memory of this size; the header is kept.
    unsafe {
        let header = std::ptr::read(o);
        o.cast::<BuiltinFunction>().write(BuiltinFunction {
            header,
            def,
            name: Slot::new(name.value()),
            self_: Slot::new(self_),
            module: Slot::new(module),
        });
        Gc::from_ptr(o.cast())
    }
}

/// A `staticmethod` around a native function.
pub fn new_static_method(cx: &mut Cx, f: Value) -> Value {
    crate::types::descriptors::StaticMethod::alloc(cx, f)
}

impl Gc<MethodDescr> {
    #[inline(always)]
    pub fn shape(self) -> u32 {
        // SAFETY: a live object.
        unsafe { (*self.header()).shape() }
    }

    #[inline(always)]
    pub fn owner(self) -> Gc<Type> {
        Gc::from_value_unchecked(self.objclass.get())
    }

    pub fn name_string(self) -> String {
        Gc::<Str>::from_value(self.name.get()).map_or_else(String::new, |s| s.to_string_lossy())
    }

    /// A plain method or slot wrapper: called with the object as first argument.
    #[inline(always)]
    pub fn is_method(self) -> bool {
        matches!(
            self.shape(),
            shape_id::METHOD_DESCRIPTOR | shape_id::WRAPPER_DESCRIPTOR
        )
    }

    /// Checks that `v` is an instance of the class this descriptor belongs to.
    /// The class that a class method is bound to must inherit from the one that defines it.
    pub fn check_class(self, cx: &mut Cx, class: Value) -> PyResult<()> {
        let owner = self.owner();
        let given = Gc::<Type>::from_value(class);
        if given.is_some_and(|class| class.is_subtype(owner)) {
            return Ok(());
        }
        let (name, defines) = (self.name_string(), owner.dotted_name());
        let Some(given) = given else {
            let got = cx.type_name(class);
            return Err(cx.type_error(format!(
                "descriptor '{name}' for type '{defines}' needs a type, not a '{got}' as arg 2"
            )));
        };
        let got = given.dotted_name();
        Err(cx.type_error(format!(
            "descriptor '{name}' requires a subtype of '{defines}' but received '{got}'"
        )))
    }

    pub fn check_instance(self, cx: &mut Cx, v: Value) -> PyResult<()> {
        let owner = self.owner();
        if cx.is_instance(v, owner) {
            return Ok(());
        }
        let (name, class, got) = (self.name_string(), owner.dotted_name(), cx.type_name(v));
        Err(cx.type_error(format!(
            "descriptor '{name}' for '{class}' objects doesn't apply to a '{got}' object"
        )))
    }

    /// Checks the first argument of a call; slot wrappers have words of their own for that.
    pub fn check_self(self, cx: &mut Cx, v: Value) -> PyResult<()> {
        let owner = self.owner();
        if self.shape() != shape_id::WRAPPER_DESCRIPTOR || cx.is_instance(v, owner) {
            return self.check_instance(cx, v);
        }
        let (name, class, got) = (self.name_string(), owner.dotted_name(), cx.type_name(v));
        Err(cx.type_error(format!(
            "descriptor '{name}' requires a '{class}' object but received a '{got}'"
        )))
    }
}
