//! Numbered operands: what `LOAD_COMMON`, `SET_FUNCTION_ATTR`, `LOAD_SPECIAL` and `INTRINSIC_*`
//! select by operand c.

macro_rules! operand_enum {
    ($(#[doc = $doc:literal])+ $name:ident { $( $(#[doc = $vdoc:literal])+ $variant:ident $text:literal, )* }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u16)]
        pub enum $name { $( $(#[doc = $vdoc])+ $variant, )* }

        impl $name {
            /// All of them, in order of their number.
            pub const ALL: &[$name] = &[$($name::$variant,)*];

            /// Decodes an operand.
            pub fn from_u16(number: u16) -> Option<$name> {
                Self::ALL.get(number as usize).copied()
            }

            /// Name in disassemblies.
            pub fn text(self) -> &'static str {
                match self { $( $name::$variant => $text, )* }
            }
        }
    };
}

operand_enum! {
    /// Objects of the `builtins` module which code may name whatever the program does to them.
    CommonConst {
        /// `AssertionError`.
        AssertionError "AssertionError",
        /// `NotImplementedError`.
        NotImplementedError "NotImplementedError",
        /// `tuple`.
        Tuple "tuple",
        /// `all`.
        All "all",
        /// `any`.
        Any "any",
        /// `list`.
        List "list",
        /// `set`.
        Set "set",
        /// `sum`.
        Sum "sum",
        /// `sorted`.
        Sorted "sorted",
        /// `max`.
        Max "max",
        /// `min`.
        Min "min",
    }
}

operand_enum! {
    /// Attributes of a new function.
    FunctionAttr {
        /// Tuple of defaults.
        Defaults "defaults",
        /// Dict of keyword-only defaults.
        KwDefaults "kwdefaults",
        /// Tuple of cells.
        Closure "closure",
        /// `__annotate__` function.
        Annotate "annotate",
        /// Dict of annotations (`from __future__ import annotations`): tuple `(name, text, ...)`.
        Annotations "annotations",
        /// Tuple of type parameters.
        TypeParams "type_params",
    }
}

operand_enum! {
    /// Special methods looked up on the type.
    SpecialMethod {
        /// `__enter__`.
        Enter "__enter__",
        /// `__exit__`.
        Exit "__exit__",
        /// `__aenter__`.
        AEnter "__aenter__",
        /// `__aexit__`.
        AExit "__aexit__",
    }
}

operand_enum! {
    /// Rare operations with one operand.
    Intrinsic1 {
        /// `sys.displayhook(b)`.
        Print "print",
        /// `from b import *` into the namespace in register 0.
        ImportStar "import_star",
        /// StopIteration (in an asynchronous generator also StopAsyncIteration) `b` that leaves a
        /// generator becomes a RuntimeError; other exceptions stay.
        StopIterationError "stopiteration_error",
        /// Wraps a value yielded by an asynchronous generator.
        AsyncGenWrap "async_gen_wrap",
        /// New TypeVar of name `b`.
        TypeVar "typevar",
        /// New ParamSpec of name `b`.
        ParamSpec "paramspec",
        /// New TypeVarTuple of name `b`.
        TypeVarTuple "typevartuple",
        /// `typing.Generic[b...]` of the tuple of type parameters `b`.
        SubscriptGeneric "subscript_generic",
        /// New TypeAliasType of tuple `(name, type_params or None, evaluator)`.
        TypeAlias "typealias",
        /// Raises KeyError unless `b`, the format of an annotate function, is one it supports:
        /// NotImplementedError if greater than 2.
        CheckAnnotateFormat "check_annotate_format",
        /// `b`, what `max` found; ValueError if that is EMPTY.
        Max "max",
        /// The same of `min`.
        Min "min",
    }
}

operand_enum! {
    /// Rare operations with two operands.
    Intrinsic2 {
        /// The exception to raise after `except*`: original exception, list of what remained and
        /// was raised; None if nothing is to be raised.
        PrepReraiseStar "prep_reraise_star",
        /// TypeVar of name b with lazily evaluated bound b+1.
        TypeVarWithBound "typevar_with_bound",
        /// TypeVar of name b with lazily evaluated constraints b+1.
        TypeVarWithConstraints "typevar_with_constraints",
        /// Sets the lazily evaluated default b+1 of type parameter b; result is b.
        SetTypeparamDefault "set_typeparam_default",
        /// Sets `b.__type_params__ = b+1`; result is function b.
        SetFunctionTypeParams "set_function_type_params",
        /// The sum that SUM_ADD left in b and b+1.
        Sum "sum",
    }
}
