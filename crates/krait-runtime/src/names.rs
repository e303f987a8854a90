//! Names that native code uses, interned once per interpreter.

use crate::cx::Cx;
use crate::object::Gc;
use crate::special::Special;
use crate::types::str::Str;

macro_rules! names {
    ($($id:ident)*) => {
        /// Interned strs, each under its own name.
        #[allow(non_snake_case)]
        pub struct Names {
            $(pub $id: Gc<Str>,)*
            specials: Box<[Gc<Str>]>,
        }

        impl Names {
            pub(crate) fn intern_all(cx: &mut Cx) -> Names {
                Names {
                    $($id: cx.intern(name_text(stringify!($id))),)*
                    specials: Special::NAMES.iter().map(|n| cx.intern(n)).collect(),
                }
            }
        }
    };
}

/// `r#type` and `type_` both stand for `type`.
fn name_text(ident: &'static str) -> &'static str {
    let s = ident.strip_prefix("r#").unwrap_or(ident);
    if s.ends_with('_') && !s.ends_with("__") {
        &s[..s.len() - 1]
    } else {
        s
    }
}

impl Names {
    /// The name of special method `s`.
    #[inline]
    pub fn special(&self, s: Special) -> Gc<Str> {
        self.specials[s as usize]
    }
}

names! {
    __abstractmethods__ __all__ __annotate__ __annotations__ __args__ __base__ __bases__ __build_class__ __builtins__ __cached__
    __cause__ __class__ __classcell__ __classdict__ __classdictcell__ __closure__ __code__ __context__ __copy__ __deepcopy__ __defaults__
    __dict__ __dir__ __doc__ __file__ __firstlineno__ __func__ __get__ __getattr__ __getattribute__ __getnewargs__ __getnewargs_ex__ __getstate__
    __globals__ __import__ __init__ __init_subclass__ __isabstractmethod__ __kwdefaults__ __loader__ __main__ __match_args__ __module__ __mro__ __name__ __new__
    __objclass__ __orig_bases__ __orig_class__ __origin__ __package__ __parameters__ __path__ __qualname__ __reduce__ __reduce_ex__ __self__ __setattr__ __delattr__
    __set_name__ __signature__ __sizeof__ __slots__ __slotnames__ __spec__ __static_attributes__ __subclasshook__ __subclasses__ __suppress_context__ __text_signature__
    __traceback__ __type_params__ __unpacked__ __weakref__ __wrapped__ __notes__ __typing_subst__ __mro_entries__ __prepare__ __eq__ __hash__ __ne__ __fspath__ __class_getitem__
    __warningregistry__ __typing_unpacked_tuple_args__ __typing_is_unpacked_typevartuple__ __typing_prepare_subst__ __bool__ __len__ __iter__ __missing__ __reversed__
    _initializing _uninitialized_submodules _find_and_load _handle_fromlist __instancecheck__ __subclasscheck__ __await__ __aiter__ __anext__ __int__ __float__ __complex__
    _abc_impl __abc_tpflags__ mro copyreg _reduce_ex __newobj__ __newobj_ex__ _slotnames append add args builtins sys modules close code encoding errors excepthook stdout stderr stdin displayhook
    end_lineno end_offset filename flush fget fset fdel isatty items keys values key lineno offset text msg metaclass mode name obj object path print_file_and_line
    read readline reverse send sep file end strict tb_frame throw type_ value write update get pop copy sort join format setdefault decode encode extend clear index count
    default total start stop step real imag numerator denominator sys_path meta_path path_hooks path_importer_cache warnoptions
    call_soon get_debug is_running context cancel get_loop done result add_done_callback _loop _asyncio_future_blocking
}
