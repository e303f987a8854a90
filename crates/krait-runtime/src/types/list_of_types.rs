//! The one list of builtin types: field of [`Types`], constant of [`shape_id`], specification.
//!
//! The position in the list is the id of the type's root shape, which static objects and fast
//! paths know as a constant. A base stands before its subclasses.

use crate::native::TypeSpec;
use crate::object::Gc;
use crate::types::typeobj::Type;

macro_rules! builtin_types {
    ($($field:ident $id:ident $spec:expr;)*) => {
        /// The type objects of an interpreter that native code names.
        pub struct Types {
            $(pub $field: Gc<Type>,)*
        }

        impl Types {
            pub(crate) const SPECS: &'static [&'static TypeSpec] = &[$(&$spec,)*];

            /// # Panics
            /// If there are not exactly as many types as in the list.
            pub(crate) fn from_list(types: &[Gc<Type>]) -> Types {
                let mut next = types.iter().copied();
                let types = Types { $($field: next.next().expect("one type per specification"),)* };
                assert!(next.next().is_none());
                types
            }

            pub(crate) fn trace(&self, t: &mut crate::heap::Tracer<'_>) {
                $(t.word(self.$field.value().bits());)*
            }
        }

        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u32)]
        enum Position { #[expect(dead_code, reason = "shape 0 is no shape")] None_, $($id,)* }

        /// Shape ids of exact instances of builtin types, known at compile time.
        pub mod shape_id {
            use super::Position;
            $(pub const $id: u32 = Position::$id as u32;)*
            /// The last of them.
            pub const COUNT: usize = [$($id),*].len();
        }
    };
}

builtin_types! {
    object OBJECT super::object::SPEC;
    type_ TYPE super::type_::SPEC;
    none NONE super::singletons::NONE_SPEC;
    not_implemented NOT_IMPLEMENTED super::singletons::NOT_IMPLEMENTED_SPEC;
    ellipsis ELLIPSIS super::singletons::ELLIPSIS_SPEC;
    int INT super::int::SPEC;
    bool BOOL super::bool::SPEC;
    float FLOAT super::float::SPEC;
    complex COMPLEX super::complex::SPEC;
    str STR super::str::SPEC;
    bytes BYTES super::bytes::SPEC;
    bytearray BYTEARRAY super::bytearray::SPEC;
    tuple TUPLE super::tuple::SPEC;
    list LIST super::list::SPEC;
    dict DICT super::dict::SPEC;
    set SET super::set::SPEC;
    frozenset FROZENSET super::set::FROZENSET_SPEC;
    // Internal layouts: never visible as the type of a value.
    array ARRAY super::internal::ARRAY_SPEC;
    raw_bytes RAW_BYTES super::internal::RAW_BYTES_SPEC;
    dict_storage DICT_STORAGE super::internal::DICT_STORAGE_SPEC;
    set_storage SET_STORAGE super::internal::SET_STORAGE_SPEC;
    global_cell GLOBAL_CELL super::internal::GLOBAL_CELL_SPEC;
    cell CELL super::internal::CELL_SPEC;
    module MODULE super::module::SPEC;
    wrapper_descriptor WRAPPER_DESCRIPTOR super::native_function::WRAPPER_SPEC;
    method_descriptor METHOD_DESCRIPTOR super::native_function::METHOD_SPEC;
    classmethod_descriptor CLASSMETHOD_DESCRIPTOR super::native_function::CLASSMETHOD_SPEC;
    getset_descriptor GETSET_DESCRIPTOR super::native_function::GETSET_SPEC;
    member_descriptor MEMBER_DESCRIPTOR super::native_function::MEMBER_SPEC;
    builtin_function BUILTIN_FUNCTION super::native_function::BUILTIN_SPEC;
    method_wrapper METHOD_WRAPPER super::native_function::METHOD_WRAPPER_SPEC;
    method METHOD super::method::SPEC;
    property PROPERTY super::property::SPEC;
    classmethod CLASSMETHOD super::descriptors::CLASSMETHOD_SPEC;
    staticmethod STATICMETHOD super::descriptors::STATICMETHOD_SPEC;
    super_ SUPER super::super_::SPEC;
    mappingproxy MAPPINGPROXY super::dictviews::MAPPINGPROXY_SPEC;
    slice SLICE super::slice::SPEC;
    range RANGE super::range::SPEC;
    dict_keys DICT_KEYS super::dictviews::KEYS_SPEC;
    dict_values DICT_VALUES super::dictviews::VALUES_SPEC;
    dict_items DICT_ITEMS super::dictviews::ITEMS_SPEC;
    list_iterator LIST_ITERATOR super::iterators::LIST_SPEC;
    tuple_iterator TUPLE_ITERATOR super::iterators::TUPLE_SPEC;
    range_iterator RANGE_ITERATOR super::range::ITERATOR_SPEC;
    longrange_iterator LONGRANGE_ITERATOR super::range::LONG_ITERATOR_SPEC;
    set_iterator SET_ITERATOR super::iterators::SET_SPEC;
    str_iterator STR_ITERATOR super::str::ITER_SPEC;
    str_ascii_iterator STR_ASCII_ITERATOR super::str::ASCII_ITER_SPEC;
    iterator ITERATOR super::iterators::SEQUENCE_SPEC;
    callable_iterator CALLABLE_ITERATOR super::iterators::CALLABLE_SPEC;
    dict_keyiterator DICT_KEYITERATOR super::iterators::KEY_ITERATOR_SPEC;
    dict_valueiterator DICT_VALUEITERATOR super::iterators::VALUE_ITERATOR_SPEC;
    dict_itemiterator DICT_ITEMITERATOR super::iterators::ITEM_ITERATOR_SPEC;
    dict_reversekeyiterator DICT_REVERSEKEYITERATOR super::iterators::REVERSE_KEY_ITERATOR_SPEC;
    dict_reversevalueiterator DICT_REVERSEVALUEITERATOR super::iterators::REVERSE_VALUE_ITERATOR_SPEC;
    dict_reverseitemiterator DICT_REVERSEITEMITERATOR super::iterators::REVERSE_ITEM_ITERATOR_SPEC;
    list_reverseiterator LIST_REVERSEITERATOR super::iterators::LIST_REVERSE_SPEC;
    reversed REVERSED super::iterators::REVERSED_SPEC;
    enumerate ENUMERATE super::iterators::ENUMERATE_SPEC;
    zip ZIP super::iterators::ZIP_SPEC;
    map MAP super::iterators::MAP_SPEC;
    filter FILTER super::iterators::FILTER_SPEC;
    memoryview MEMORYVIEW super::memoryview::SPEC;
    weakref WEAKREF super::weakref::SPEC;
    generic_alias GENERIC_ALIAS super::generic_alias::SPEC;
    union UNION super::union::SPEC;
    namespace NAMESPACE super::namespace::SPEC;
    // Exceptions, as in the language's hierarchy.
    base_exception BASE_EXCEPTION super::exceptions::BASE_EXCEPTION;
    exception EXCEPTION super::exceptions::EXCEPTION;
    base_exception_group BASE_EXCEPTION_GROUP super::exceptions::BASE_EXCEPTION_GROUP;
    exception_group EXCEPTION_GROUP super::exceptions::EXCEPTION_GROUP;
    generator_exit GENERATOR_EXIT super::exceptions::GENERATOR_EXIT;
    keyboard_interrupt KEYBOARD_INTERRUPT super::exceptions::KEYBOARD_INTERRUPT;
    system_exit SYSTEM_EXIT super::exceptions::SYSTEM_EXIT;
    arithmetic_error ARITHMETIC_ERROR super::exceptions::ARITHMETIC_ERROR;
    floating_point_error FLOATING_POINT_ERROR super::exceptions::FLOATING_POINT_ERROR;
    overflow_error OVERFLOW_ERROR super::exceptions::OVERFLOW_ERROR;
    zero_division_error ZERO_DIVISION_ERROR super::exceptions::ZERO_DIVISION_ERROR;
    assertion_error ASSERTION_ERROR super::exceptions::ASSERTION_ERROR;
    attribute_error ATTRIBUTE_ERROR super::exceptions::ATTRIBUTE_ERROR;
    buffer_error BUFFER_ERROR super::exceptions::BUFFER_ERROR;
    eof_error EOF_ERROR super::exceptions::EOF_ERROR;
    import_error IMPORT_ERROR super::exceptions::IMPORT_ERROR;
    module_not_found_error MODULE_NOT_FOUND_ERROR super::exceptions::MODULE_NOT_FOUND_ERROR;
    lookup_error LOOKUP_ERROR super::exceptions::LOOKUP_ERROR;
    index_error INDEX_ERROR super::exceptions::INDEX_ERROR;
    key_error KEY_ERROR super::exceptions::KEY_ERROR;
    memory_error MEMORY_ERROR super::exceptions::MEMORY_ERROR;
    name_error NAME_ERROR super::exceptions::NAME_ERROR;
    unbound_local_error UNBOUND_LOCAL_ERROR super::exceptions::UNBOUND_LOCAL_ERROR;
    os_error OS_ERROR super::exceptions::OS_ERROR;
    blocking_io_error BLOCKING_IO_ERROR super::exceptions::BLOCKING_IO_ERROR;
    child_process_error CHILD_PROCESS_ERROR super::exceptions::CHILD_PROCESS_ERROR;
    connection_error CONNECTION_ERROR super::exceptions::CONNECTION_ERROR;
    broken_pipe_error BROKEN_PIPE_ERROR super::exceptions::BROKEN_PIPE_ERROR;
    connection_aborted_error CONNECTION_ABORTED_ERROR super::exceptions::CONNECTION_ABORTED_ERROR;
    connection_refused_error CONNECTION_REFUSED_ERROR super::exceptions::CONNECTION_REFUSED_ERROR;
    connection_reset_error CONNECTION_RESET_ERROR super::exceptions::CONNECTION_RESET_ERROR;
    file_exists_error FILE_EXISTS_ERROR super::exceptions::FILE_EXISTS_ERROR;
    file_not_found_error FILE_NOT_FOUND_ERROR super::exceptions::FILE_NOT_FOUND_ERROR;
    interrupted_error INTERRUPTED_ERROR super::exceptions::INTERRUPTED_ERROR;
    is_a_directory_error IS_A_DIRECTORY_ERROR super::exceptions::IS_A_DIRECTORY_ERROR;
    not_a_directory_error NOT_A_DIRECTORY_ERROR super::exceptions::NOT_A_DIRECTORY_ERROR;
    permission_error PERMISSION_ERROR super::exceptions::PERMISSION_ERROR;
    process_lookup_error PROCESS_LOOKUP_ERROR super::exceptions::PROCESS_LOOKUP_ERROR;
    timeout_error TIMEOUT_ERROR super::exceptions::TIMEOUT_ERROR;
    reference_error REFERENCE_ERROR super::exceptions::REFERENCE_ERROR;
    runtime_error RUNTIME_ERROR super::exceptions::RUNTIME_ERROR;
    not_implemented_error NOT_IMPLEMENTED_ERROR super::exceptions::NOT_IMPLEMENTED_ERROR;
    python_finalization_error PYTHON_FINALIZATION_ERROR super::exceptions::PYTHON_FINALIZATION_ERROR;
    recursion_error RECURSION_ERROR super::exceptions::RECURSION_ERROR;
    stop_async_iteration STOP_ASYNC_ITERATION super::exceptions::STOP_ASYNC_ITERATION;
    stop_iteration STOP_ITERATION super::exceptions::STOP_ITERATION;
    syntax_error SYNTAX_ERROR super::exceptions::SYNTAX_ERROR;
    incomplete_input_error INCOMPLETE_INPUT_ERROR super::exceptions::INCOMPLETE_INPUT_ERROR;
    indentation_error INDENTATION_ERROR super::exceptions::INDENTATION_ERROR;
    tab_error TAB_ERROR super::exceptions::TAB_ERROR;
    system_error SYSTEM_ERROR super::exceptions::SYSTEM_ERROR;
    type_error TYPE_ERROR super::exceptions::TYPE_ERROR;
    value_error VALUE_ERROR super::exceptions::VALUE_ERROR;
    unicode_error UNICODE_ERROR super::exceptions::UNICODE_ERROR;
    unicode_decode_error UNICODE_DECODE_ERROR super::exceptions::UNICODE_DECODE_ERROR;
    unicode_encode_error UNICODE_ENCODE_ERROR super::exceptions::UNICODE_ENCODE_ERROR;
    unicode_translate_error UNICODE_TRANSLATE_ERROR super::exceptions::UNICODE_TRANSLATE_ERROR;
    warning WARNING super::exceptions::WARNING;
    bytes_warning BYTES_WARNING super::exceptions::BYTES_WARNING;
    deprecation_warning DEPRECATION_WARNING super::exceptions::DEPRECATION_WARNING;
    encoding_warning ENCODING_WARNING super::exceptions::ENCODING_WARNING;
    future_warning FUTURE_WARNING super::exceptions::FUTURE_WARNING;
    import_warning IMPORT_WARNING super::exceptions::IMPORT_WARNING;
    pending_deprecation_warning PENDING_DEPRECATION_WARNING super::exceptions::PENDING_DEPRECATION_WARNING;
    resource_warning RESOURCE_WARNING super::exceptions::RESOURCE_WARNING;
    runtime_warning RUNTIME_WARNING super::exceptions::RUNTIME_WARNING;
    syntax_warning SYNTAX_WARNING super::exceptions::SYNTAX_WARNING;
    unicode_warning UNICODE_WARNING super::exceptions::UNICODE_WARNING;
    user_warning USER_WARNING super::exceptions::USER_WARNING;
}
