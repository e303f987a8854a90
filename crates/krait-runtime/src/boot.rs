//! Making an interpreter: heap, type objects, names, in an order where each step only needs the
//! ones before.

use std::sync::Arc;

use krait_heap::{Config as HeapConfig, Heap, Mutator};

use crate::cx::{Config, Cx, Interpreter};
use crate::error::PyResult;
use crate::heap::Model;
use crate::names::Names;
use crate::native::TypeSpec;
use crate::object::Gc;
use crate::types::list_of_types::Types;
use crate::types::shape_id;
use crate::types::typeobj::{self, Type};
use crate::value::Value;

/// A new isolated interpreter, and the context of the calling thread in it.
///
/// # Errors
/// The memory for the heap cannot be reserved, as text.
pub fn new_interpreter(config: Config) -> Result<Box<Cx>, String> {
    let heap_config = HeapConfig {
        stress: config.stress,
        verify: config.verify_heap,
        limit: config.memory_limit,
        ..HeapConfig::default()
    };
    let heap_config = match krait_heap::address_space_limit() {
        Some(space) => within(space, heap_config),
        None => heap_config,
    };
    let heap = Heap::new(heap_config, Model::default()).map_err(|e| e.to_string())?;
    let interp = Interpreter::allocate(config, heap.clone());
    heap.model().set_interpreter(interp);
    let mut cx = attach_thread(interp);
    boot_types(&mut cx);
    Ok(cx)
}

/// The configuration of a heap in `space` bytes of address space: half of them are for objects, which
/// leaves room for what native code holds besides. Where objects and what they own together take most
/// of that half, MemoryError is raised, before the system refuses.
fn within(space: usize, config: HeapConfig) -> HeapConfig {
    let reserve = (space / 4 + 1).next_power_of_two().min(config.reserve);
    let most = reserve / 8 * 7;
    HeapConfig {
        reserve,
        limit: Some(config.limit.map_or(most, |limit| limit.min(most))),
        ..config
    }
}

/// The context of the calling thread, entered into `interp`'s heap. It leaves when dropped.
pub fn attach_thread(interp: &'static Interpreter) -> Box<Cx> {
    let heap: &Arc<Heap<Model>> = &interp.heap;
    let mut cx = Cx::new(interp, Mutator::new(heap));
    let data: *mut Cx = &raw mut *cx;
    // SAFETY: the context is boxed and never moved out of its box; the mutator is used by this
    // thread only, through it.
    unsafe { (*data).mutator.attach(data) };
    cx.thread_id = interp.next_id();
    cx
}

fn base_index(spec: &'static TypeSpec) -> Option<usize> {
    let base = spec.base?;
    Types::SPECS.iter().position(|s| std::ptr::eq(*s, base))
}

fn boot_types(cx: &mut Cx) {
    let object = 0;
    let mut types: Vec<Gc<Type>> = Vec::new();
    for (i, spec) in Types::SPECS.iter().enumerate() {
        let base = (i != object).then(|| types[base_index(spec).unwrap_or(object)]);
        let g = typeobj::geometry_of_spec(cx, spec, base);
        let t = typeobj::allocate(
            cx,
            shape_id::TYPE,
            g,
            spec.flags | typeobj::flags::IMMUTABLE,
            Some(spec),
        );
        cx.keep_forever(t.value());
        types.push(t);
    }
    for (i, &t) in types.iter().enumerate() {
        let shape = t.make_root_shape(cx, 0);
        assert_eq!(
            shape.id as usize,
            i + 1,
            "builtin types have the first shape ids"
        );
        t.set_root_shape(shape.id);
    }
    // SAFETY: this thread alone knows the interpreter.
    unsafe { cx.interp().set_types(Box::new(Types::from_list(&types))) };
    let names = Names::intern_all(cx);
    // SAFETY: as above.
    unsafe { cx.interp().set_names(names) };
    for (i, spec) in Types::SPECS.iter().enumerate() {
        let base = (i != object).then(|| types[base_index(spec).unwrap_or(object)]);
        finish_type(cx, types[i], spec, base);
    }
    for (i, spec) in Types::SPECS.iter().enumerate() {
        if let Err(e) = typeobj::populate(cx, types[i], spec) {
            let class = cx.type_name(e.value());
            panic!("cannot set up builtin type {}: {class}", spec.name);
        }
        cx.register_native_type(spec, types[i]);
    }
    exception_group_bases(cx).unwrap_or_else(|_| panic!("cannot set up ExceptionGroup"));
}

fn finish_type(cx: &mut Cx, t: Gc<Type>, spec: &'static TypeSpec, base: Option<Gc<Type>>) {
    let name = cx.intern(spec.name);
    let namespace = cx.new_dict();
    let mut mro = vec![t];
    if let Some(b) = base {
        mro.extend(b.mro_types());
    }
    let bases: Vec<Gc<Type>> = base.into_iter().collect();
    typeobj::finish(cx, t, name.value(), &bases, &mro, namespace);
}

/// `class ExceptionGroup(BaseExceptionGroup, Exception)`.
fn exception_group_bases(cx: &mut Cx) -> PyResult<()> {
    let ty = cx.types();
    let (group, base_group, exception) =
        (ty.exception_group, ty.base_exception_group, ty.exception);
    let bases = cx.new_tuple(&[base_group.value(), exception.value()]);
    group.bases.set(cx, group, bases);
    let all: [Value; 5] =
        [group, base_group, exception, ty.base_exception, ty.object].map(|t| t.value());
    let mro = cx.new_tuple(&all);
    group.mro.set(cx, group, mro);
    // As the only one of them it is made by a class statement, so to speak.
    group.set_flags(typeobj::flags::WEAKREFABLE);
    crate::types::weakref::add_subclass(cx, exception, group);
    Ok(())
}
