//! Code objects as the compiler makes them: pure data, no run-time values.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::body::{Body, LazyBody};

/// A string in WTF-8: UTF-8 in which lone surrogates are allowed.
#[derive(Clone)]
pub struct Text(TextBytes);

#[derive(Clone)]
enum TextBytes {
    Shared(Arc<[u8]>),
    /// Of an embedded code object: nothing is copied.
    Static(&'static [u8]),
}

impl Text {
    /// Takes bytes which the caller knows to be WTF-8.
    pub fn from_wtf8(bytes: &[u8]) -> Text {
        Text(TextBytes::Shared(bytes.into()))
    }

    /// The same without a copy.
    pub(crate) fn from_static(bytes: &'static [u8]) -> Text {
        Text(TextBytes::Static(bytes))
    }

    /// The bytes, if they are part of the executable.
    pub(crate) fn as_static(&self) -> Option<&'static [u8]> {
        match self.0 {
            TextBytes::Shared(_) => None,
            TextBytes::Static(bytes) => Some(bytes),
        }
    }

    /// The WTF-8 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            TextBytes::Shared(bytes) => bytes,
            TextBytes::Static(bytes) => bytes,
        }
    }

    /// The text, unless it has lone surrogates.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes()).ok()
    }

    /// The text with lone surrogates replaced, for messages.
    pub fn to_lossy(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Text {}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Text) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Text) -> std::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl From<&str> for Text {
    fn from(s: &str) -> Text {
        Text::from_wtf8(s.as_bytes())
    }
}

impl From<String> for Text {
    fn from(s: String) -> Text {
        Text::from_wtf8(s.as_bytes())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_lossy().fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_lossy().fmt(f)
    }
}

/// A constant.
///
/// Equality is identity of representation: `1`, `1.0` and `True` differ, so do `0.0` and `-0.0`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Const {
    /// `None`.
    None,
    /// `True`.
    True,
    /// `False`.
    False,
    /// `...`.
    Ellipsis,
    /// An int that fits 64 bits.
    Int(i64),
    /// Any other int.
    BigInt {
        /// Whether it is below zero.
        negative: bool,
        /// The absolute value, little endian, without leading zeros (at the end).
        magnitude: Box<[u8]>,
    },
    /// A float's bits.
    Float(u64),
    /// A complex number's parts as bits.
    Complex(u64, u64),
    /// A string.
    Str(Text),
    /// A bytes object.
    Bytes(Arc<[u8]>),
    /// A tuple.
    Tuple(Vec<Const>),
    /// A frozenset; equal items may be repeated.
    FrozenSet(Vec<Const>),
    /// A slice of constants.
    Slice(Box<[Const; 3]>),
    /// A nested code object.
    Code(Arc<Code>),
}

impl Const {
    /// A string constant.
    pub fn str(s: &str) -> Const {
        Const::Str(s.into())
    }

    /// A float constant.
    pub fn float(f: f64) -> Const {
        Const::Float(f.to_bits())
    }
}

/// The bits of [`Code::flags`], as in CPython's `inspect`.
pub mod flags {
    /// Uses fast locals.
    pub const CO_OPTIMIZED: u32 = 0x1;
    /// Gets a new local namespace.
    pub const CO_NEWLOCALS: u32 = 0x2;
    /// Has `*args`.
    pub const CO_VARARGS: u32 = 0x4;
    /// Has `**kwargs`.
    pub const CO_VARKEYWORDS: u32 = 0x8;
    /// Is nested in a function.
    pub const CO_NESTED: u32 = 0x10;
    /// Is a generator.
    pub const CO_GENERATOR: u32 = 0x20;
    /// Is a coroutine.
    pub const CO_COROUTINE: u32 = 0x80;
    /// Is a generator that may be awaited (`types.coroutine`).
    pub const CO_ITERABLE_COROUTINE: u32 = 0x100;
    /// Is an asynchronous generator.
    pub const CO_ASYNC_GENERATOR: u32 = 0x200;
    /// `from __future__ import division` and so on follow.
    pub const CO_FUTURE_DIVISION: u32 = 0x20000;
    /// `from __future__ import absolute_import`.
    pub const CO_FUTURE_ABSOLUTE_IMPORT: u32 = 0x40000;
    /// `from __future__ import with_statement`.
    pub const CO_FUTURE_WITH_STATEMENT: u32 = 0x80000;
    /// `from __future__ import print_function`.
    pub const CO_FUTURE_PRINT_FUNCTION: u32 = 0x100000;
    /// `from __future__ import unicode_literals`.
    pub const CO_FUTURE_UNICODE_LITERALS: u32 = 0x200000;
    /// `from __future__ import barry_as_FLUFL`.
    pub const CO_FUTURE_BARRY_AS_BDFL: u32 = 0x400000;
    /// `from __future__ import generator_stop`.
    pub const CO_FUTURE_GENERATOR_STOP: u32 = 0x800000;
    /// `from __future__ import annotations`.
    pub const CO_FUTURE_ANNOTATIONS: u32 = 0x1000000;
    /// The first constant is the docstring.
    pub const CO_HAS_DOCSTRING: u32 = 0x4000000;
    /// Is a function in a class body.
    pub const CO_METHOD: u32 = 0x8000000;
    /// All `__future__` flags.
    pub const FUTURE_MASK: u32 = 0x1fe0000;
}

/// What a named local register is for, beside being a variable.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LocalKind {
    /// A parameter or an ordinary local of a function.
    Plain,
    /// The target of an inlined comprehension in a module or class: not part of `locals()` except
    /// while it is bound.
    Hidden,
}

/// One range of instructions guarded by an exception handler. Ranges do not overlap and are sorted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ExceptionEntry {
    /// First word of the range.
    pub start: u32,
    /// Word behind the range.
    pub end: u32,
    /// Where to continue.
    pub handler: u32,
    /// Register that receives the exception.
    pub exc_reg: u16,
}

/// A code object: what making and calling a function needs. The rest is its [`Body`], which one
/// reaches as if its fields stood here, and which is decoded when somebody does.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Code {
    /// `co_name`.
    pub name: Text,
    /// `co_qualname`.
    pub qualname: Text,
    /// `co_filename`.
    pub filename: Text,
    /// `co_firstlineno`.
    pub firstlineno: i32,
    /// `co_flags`.
    pub flags: u32,
    /// `co_argcount`: positional parameters, positional-only ones included.
    pub argcount: u32,
    /// `co_posonlyargcount`.
    pub posonlyargcount: u32,
    /// `co_kwonlyargcount`.
    pub kwonlyargcount: u32,
    /// Register of the first variable: 0 in functions; 1 in module, class and `exec` code, where
    /// register 0 is the namespace mapping.
    pub first_local: u16,
    /// Register of the first free variable.
    pub first_free: u16,
    /// Window size in registers, without the frame header; call areas lie inside.
    pub nregs: u16,
    /// `co_freevars`: variable `i` is register `first_free + i`.
    pub freevars: Vec<Text>,
    /// What running it needs.
    pub body: LazyBody,
}

impl Deref for Code {
    type Target = Body;

    #[inline]
    fn deref(&self) -> &Body {
        self.body.get()
    }
}

impl DerefMut for Code {
    fn deref_mut(&mut self) -> &mut Body {
        self.body.get_mut()
    }
}

impl Code {
    /// `co_nlocals`.
    pub fn nlocals(&self) -> usize {
        self.varnames.len()
    }

    /// Number of registers filled by a call: all parameters, `*args` and `**kwargs`.
    pub fn nparams(&self) -> usize {
        (self.argcount + self.kwonlyargcount) as usize
            + usize::from(self.flags & flags::CO_VARARGS != 0)
            + usize::from(self.flags & flags::CO_VARKEYWORDS != 0)
    }

    /// First register that is neither variable nor cell: temporaries follow.
    pub fn first_temp(&self) -> u16 {
        self.first_free + self.freevars.len() as u16
    }

    /// Whether register 0 is the namespace mapping.
    pub fn has_namespace(&self) -> bool {
        self.first_local == 1
    }

    /// The docstring, if the code has one.
    pub fn docstring(&self) -> Option<&Const> {
        (self.flags & flags::CO_HAS_DOCSTRING != 0)
            .then(|| self.consts.first())
            .flatten()
    }

    /// The innermost handler for the instruction at word `pc`.
    pub fn handler_for(&self, pc: u32) -> Option<&ExceptionEntry> {
        let at = self.exceptions.partition_point(|e| e.end <= pc);
        self.exceptions.get(at).filter(|e| e.start <= pc)
    }

    /// Name of the variable or cell in register `reg`, if it is one.
    pub fn register_name(&self, reg: u16) -> Option<&Text> {
        if let Some(i) = self.cell_regs.iter().position(|&r| r == reg) {
            return Some(&self.cellvars[i]);
        }
        if reg >= self.first_free {
            return self.freevars.get((reg - self.first_free) as usize);
        }
        self.varnames
            .get(reg.checked_sub(self.first_local)? as usize)
    }
}
