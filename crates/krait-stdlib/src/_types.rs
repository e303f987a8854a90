//! `_types`: the builtin types that have no name among the builtins.

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_types",
    doc: Some("Define names for built-in types."),
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// No object has this type: capsules carry C pointers between extension modules.
static CAPSULE: TypeSpec = TypeSpec {
    name: "PyCapsule",
    doc: Some(
        "The type of objects that carry a C pointer through Python code.\n\nIt is here so that programs can name it; there are no instances.",
    ),
    flags: flags::NO_INSTANTIATION,
    ..TypeSpec::DEFAULT
};

/// Types that the virtual machine defines, by their Python names.
const MACHINE_TYPES: &[(&str, &str)] = &[
    ("AsyncGeneratorType", "async_generator"),
    ("CodeType", "code"),
    ("CoroutineType", "coroutine"),
    ("FrameType", "frame"),
    ("FunctionType", "function"),
    ("GeneratorType", "generator"),
    ("LambdaType", "function"),
    ("TracebackType", "traceback"),
];

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    for &(name, type_name) in MACHINE_TYPES {
        match cx.builtin_type_named(type_name) {
            Some(t) => m.set(cx, name, t.value()),
            None => return Err(cx.import_error(format!("there is no type '{type_name}'"))),
        }
    }
    let capsule = cx.native_type(&CAPSULE)?;
    let t = cx.types();
    let types = [
        ("BuiltinFunctionType", t.builtin_function),
        ("BuiltinMethodType", t.builtin_function),
        ("CapsuleType", capsule),
        ("CellType", t.cell),
        ("ClassMethodDescriptorType", t.classmethod_descriptor),
        ("EllipsisType", t.ellipsis),
        ("GenericAlias", t.generic_alias),
        ("GetSetDescriptorType", t.getset_descriptor),
        ("MappingProxyType", t.mappingproxy),
        ("MemberDescriptorType", t.member_descriptor),
        ("MethodDescriptorType", t.method_descriptor),
        ("MethodType", t.method),
        ("MethodWrapperType", t.method_wrapper),
        ("ModuleType", t.module),
        ("NoneType", t.none),
        ("NotImplementedType", t.not_implemented),
        ("SimpleNamespace", t.namespace),
        ("UnionType", t.union),
        ("WrapperDescriptorType", t.wrapper_descriptor),
    ];
    for (name, class) in types {
        m.set(cx, name, class.value());
    }
    Ok(())
}
