//! Special methods: the names that the language itself looks up on types.

macro_rules! specials {
    ($($id:ident $name:literal,)*) => {
        /// A special method that types keep in a slot.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        #[allow(non_camel_case_types)]
        pub enum Special { $($id,)* }

        impl Special {
            pub const ALL: &'static [Special] = &[$(Special::$id,)*];
            pub const NAMES: &'static [&'static str] = &[$($name,)*];
            pub const COUNT: usize = Special::NAMES.len();

            pub const fn name(self) -> &'static str {
                Special::NAMES[self as usize]
            }
        }
    };
}

specials! {
    New "__new__", Init "__init__", Del "__del__", Repr "__repr__", Str "__str__", Bytes "__bytes__", Format "__format__",
    Hash "__hash__", Bool "__bool__", Len "__len__", LengthHint "__length_hint__", Call "__call__",
    Lt "__lt__", Le "__le__", Eq "__eq__", Ne "__ne__", Gt "__gt__", Ge "__ge__",
    Class "__class__", GetAttribute "__getattribute__", GetAttr "__getattr__", SetAttr "__setattr__", DelAttr "__delattr__", Dir "__dir__",
    Get "__get__", Set "__set__", Delete "__delete__", SetName "__set_name__",
    GetItem "__getitem__", SetItem "__setitem__", DelItem "__delitem__", Missing "__missing__", Contains "__contains__",
    Iter "__iter__", Next "__next__", Reversed "__reversed__",
    Add "__add__", Sub "__sub__", Mul "__mul__", MatMul "__matmul__", TrueDiv "__truediv__", FloorDiv "__floordiv__",
    Mod "__mod__", DivMod "__divmod__", Pow "__pow__", LShift "__lshift__", RShift "__rshift__", And "__and__", Xor "__xor__", Or "__or__",
    RAdd "__radd__", RSub "__rsub__", RMul "__rmul__", RMatMul "__rmatmul__", RTrueDiv "__rtruediv__", RFloorDiv "__rfloordiv__",
    RMod "__rmod__", RDivMod "__rdivmod__", RPow "__rpow__", RLShift "__rlshift__", RRShift "__rrshift__", RAnd "__rand__", RXor "__rxor__", ROr "__ror__",
    IAdd "__iadd__", ISub "__isub__", IMul "__imul__", IMatMul "__imatmul__", ITrueDiv "__itruediv__", IFloorDiv "__ifloordiv__",
    IMod "__imod__", IPow "__ipow__", ILShift "__ilshift__", IRShift "__irshift__", IAnd "__iand__", IXor "__ixor__", IOr "__ior__",
    Neg "__neg__", Pos "__pos__", Abs "__abs__", Invert "__invert__",
    Int "__int__", Float "__float__", Complex "__complex__", Index "__index__", Round "__round__", Trunc "__trunc__", Floor "__floor__", Ceil "__ceil__",
    Enter "__enter__", Exit "__exit__", AEnter "__aenter__", AExit "__aexit__", Await "__await__", AIter "__aiter__", ANext "__anext__",
    InstanceCheck "__instancecheck__", SubclassCheck "__subclasscheck__", Prepare "__prepare__", MroEntries "__mro_entries__",
    InitSubclass "__init_subclass__", ClassGetItem "__class_getitem__", Buffer "__buffer__", ReleaseBuffer "__release_buffer__",
}

/// The reflected partner of a binary operator's slot: `__radd__` for `__add__`.
pub const fn reflected(op: Special) -> Special {
    let i = op as usize;
    assert!(i >= Special::Add as usize && i <= Special::Or as usize);
    Special::ALL[i + (Special::RAdd as usize - Special::Add as usize)]
}

/// The in-place partner of a binary operator's slot: `__iadd__` for `__add__`. `divmod` has none.
pub const fn in_place(op: Special) -> Special {
    match op {
        Special::Add => Special::IAdd,
        Special::Sub => Special::ISub,
        Special::Mul => Special::IMul,
        Special::MatMul => Special::IMatMul,
        Special::TrueDiv => Special::ITrueDiv,
        Special::FloorDiv => Special::IFloorDiv,
        Special::Mod => Special::IMod,
        Special::Pow => Special::IPow,
        Special::LShift => Special::ILShift,
        Special::RShift => Special::IRShift,
        Special::And => Special::IAnd,
        Special::Xor => Special::IXor,
        Special::Or => Special::IOr,
        _ => panic!("no in-place form"),
    }
}
