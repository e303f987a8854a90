//! The part of a code object that only running it needs.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use crate::code::{Const, ExceptionEntry, LocalKind, Text};
use crate::positions::Positions;

/// What a code object has beside its [`Code`](crate::Code): instructions and their tables.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Body {
    /// `co_varnames`: variable `i` is register `first_local + i`.
    pub varnames: Vec<Text>,
    /// One per variable.
    pub local_kinds: Vec<LocalKind>,
    /// `co_cellvars`.
    pub cellvars: Vec<Text>,
    /// Register of each cell variable (a parameter's own register, or one behind the locals).
    pub cell_regs: Vec<u16>,
    /// The instructions.
    pub words: Vec<u64>,
    /// The constants.
    pub consts: Vec<Const>,
    /// `co_names`.
    pub names: Vec<Text>,
    /// The exception table.
    pub exceptions: Vec<ExceptionEntry>,
    /// Source positions.
    pub positions: Positions,
}

/// A [`Body`], decoded or not. Only code objects embedded in the executable come undecoded: most
/// functions of a library are never called.
#[derive(Clone)]
pub struct LazyBody {
    decoded: OnceLock<Box<Body>>,
    source: Option<Source>,
}

/// A serialised body that needs no checks.
#[derive(Clone, Copy)]
struct Source {
    bytes: &'static [u8],
    /// `co_filename`, which code objects inside share.
    file: &'static [u8],
    firstlineno: i32,
}

impl From<Body> for LazyBody {
    fn from(body: Body) -> LazyBody {
        LazyBody {
            decoded: OnceLock::from(Box::new(body)),
            source: None,
        }
    }
}

impl LazyBody {
    /// The body serialised in `bytes`, of a code object in this file that starts at this line.
    pub(crate) fn embedded(
        bytes: &'static [u8],
        file: &'static [u8],
        firstlineno: i32,
    ) -> LazyBody {
        let source = Source {
            bytes,
            file,
            firstlineno,
        };
        LazyBody {
            decoded: OnceLock::new(),
            source: Some(source),
        }
    }

    fn decode(&self) -> Body {
        let source = self.source.expect("what is not decoded has a source");
        crate::serial::embedded_body(source.bytes, source.file, source.firstlineno)
            .expect("the build wrote and read it")
    }

    /// The body, decoded now if it was not, and kept.
    #[inline]
    pub fn get(&self) -> &Body {
        match self.decoded.get() {
            Some(body) => body,
            None => self.decoded.get_or_init(|| Box::new(self.decode())),
        }
    }

    /// The body to take something from: one decoded now is not kept.
    pub fn once(&self) -> Cow<'_, Body> {
        match self.decoded.get() {
            Some(body) => Cow::Borrowed(body),
            None => Cow::Owned(self.decode()),
        }
    }

    pub(crate) fn get_mut(&mut self) -> &mut Body {
        self.get();
        self.decoded.get_mut().expect("just decoded")
    }
}

impl PartialEq for LazyBody {
    fn eq(&self, other: &LazyBody) -> bool {
        self.get() == other.get()
    }
}

impl Eq for LazyBody {}

impl Hash for LazyBody {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.get().hash(state);
    }
}

impl std::fmt::Debug for LazyBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.get().fmt(f)
    }
}
