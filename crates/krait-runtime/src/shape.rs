//! Shapes (hidden classes): which class an object has and where its attributes are.
//!
//! The header of every object holds a shape id. The *shape table* maps an id to a [`ShapeEntry`]:
//! class and geometry, what the interpreter and the collector need at once. Behind it stands the
//! [`Shape`] proper, a node of a transition tree: the root has no attributes, each child adds one
//! name at the next index.
//!
//! The tail of an object, behind its payload, is laid out by its class, in words:
//!
//! ```text
//! [ words of __slots__ and, once, the overflow word, in the order the classes added them ]
//! [ inline attribute slots: `cap` of them ]
//! ```
//!
//! Attribute `i` is inline slot `i`, or word `i - cap` of the overflow array. An instance whose
//! `__dict__` was asked for, or that deleted an attribute, is in *dictionary mode*: its overflow
//! word refers to a real dict that holds all attributes. Payloads of variable size (str, int,
//! tuple, bytes) compute the tail's place from their length.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};

use crate::object::Gc;
use crate::types::typeobj::Type;
use crate::value::Value;

/// No overflow word: instances have no `__dict__`.
pub const NO_DICT: u16 = u16::MAX;

/// What is asked of a shape on hot paths.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct ShapeEntry {
    pub class: Gc<Type>,
    pub shape: &'static Shape,
    /// Byte offset of the tail from the object's start; 0 if it depends on the object.
    pub tail_offset: u32,
    pub tail_words: u16,
    /// Index in the tail of the overflow word, or `NO_DICT`.
    pub dict_at: u16,
    /// Index in the tail of the first inline slot.
    pub inline_at: u16,
    /// Number of inline slots.
    pub cap: u16,
    /// The instance is in dictionary mode.
    pub dict_mode: bool,
}

/// A node of a class's transition tree.
pub struct Shape {
    pub id: u32,
    /// The attribute this shape adds to its parent (an interned str); `EMPTY` for a root.
    pub name: Value,
    /// Number of attributes, this one included.
    pub len: u16,
    pub parent: Option<&'static Shape>,
    children: Mutex<Vec<(Value, &'static Shape)>>,
    /// Names and their indices in order of the name's word, made when a longer chain is searched for
    /// the first time.
    index: OnceLock<Box<[(u64, u16)]>>,
}

/// Chains up to this length are searched by walking.
const WALK: u16 = 6;

impl Shape {
    /// The index of attribute `name` (interned), if objects of this shape have it.
    pub fn lookup(&'static self, name: Value) -> Option<u16> {
        if self.len <= WALK {
            return self.chain().find(|s| s.name == name).map(|s| s.len - 1);
        }
        let index = self.index.get_or_init(|| {
            let mut all: Vec<(u64, u16)> =
                self.chain().map(|s| (s.name.bits(), s.len - 1)).collect();
            all.sort_unstable();
            all.into()
        });
        let at = index.binary_search_by_key(&name.bits(), |e| e.0).ok()?;
        Some(index[at].1)
    }

    /// The shapes that add attributes, newest first.
    fn chain(&'static self) -> impl Iterator<Item = &'static Shape> {
        std::iter::successors(Some(self), |s| s.parent).filter(|s| s.parent.is_some())
    }

    /// Calls `f` with the attribute names in order of insertion.
    pub fn with_names<R>(&'static self, f: impl FnOnce(&[Value]) -> R) -> R {
        const FEW: usize = 16;
        let n = self.len as usize;
        if n > FEW {
            return f(&self.names());
        }
        let mut few = [Value::EMPTY; FEW];
        self.chain().for_each(|s| few[s.len as usize - 1] = s.name);
        f(&few[..n])
    }

    /// Attribute names in order of insertion.
    // tidy: a shape's names are interned and live as long as it.
    pub fn names(&'static self) -> Vec<Value> {
        // tidy: as above.
        let mut names: Vec<Value> = self.chain().map(|s| s.name).collect();
        names.reverse();
        names
    }
}

/// The table of an interpreter: entries never move, so that readers need no lock.
pub struct ShapeTable {
    entries: *mut ShapeEntry,
    capacity: usize,
    len: AtomicU32,
    grow: Mutex<()>,
    /// Bumped whenever a class changes; validates lookup caches.
    pub epoch: AtomicU64,
    /// Bumped with `epoch`, and when a code object dies: validates what is remembered of its
    /// instructions.
    pub site_epoch: AtomicU64,
}

// SAFETY: entries are written once, before `len` is raised, under the lock.
unsafe impl Send for ShapeTable {}
// SAFETY: as above.
unsafe impl Sync for ShapeTable {}

/// Most shapes of one interpreter.
const MAX_SHAPES: usize = 1 << 26;
/// Most names that may follow one shape. Programs that use attributes like a dict get a dict.
const MAX_CHILDREN: usize = 512;

impl ShapeTable {
    /// Reserves address space for the table; pages come with use. Id 0 is no shape.
    pub fn new() -> ShapeTable {
        // An eighth of the address space where that is limited.
        let capacity = krait_heap::address_space_limit().map_or(MAX_SHAPES, |space| {
            (space / 8 / size_of::<ShapeEntry>()).min(MAX_SHAPES)
        });
        let bytes = capacity * size_of::<ShapeEntry>();
        // SAFETY: a fresh anonymous mapping.
        let p = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        assert!(
            p != libc::MAP_FAILED,
            "cannot reserve address space for shapes"
        );
        ShapeTable {
            entries: p.cast(),
            capacity,
            len: AtomicU32::new(1),
            grow: Mutex::new(()),
            epoch: AtomicU64::new(1),
            site_epoch: AtomicU64::new(1),
        }
    }

    /// A class changed.
    pub fn bump_epoch(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
        self.site_epoch.fetch_add(1, Ordering::SeqCst);
    }

    pub fn base(&self) -> *const ShapeEntry {
        self.entries
    }

    pub fn len(&self) -> u32 {
        self.len.load(Ordering::Acquire)
    }

    pub fn is_empty(&self) -> bool {
        false
    }

    #[inline(always)]
    pub fn entry(&self, id: u32) -> &ShapeEntry {
        debug_assert!(id != 0 && id < self.len());
        // SAFETY: ids come from headers, which only ever hold ids this table gave out.
        unsafe { &*self.entries.add(id as usize) }
    }

    /// Adds a shape; `geometry.shape` is replaced.
    pub fn add(
        &self,
        geometry: NewShape,
        name: Value,
        parent: Option<&'static Shape>,
    ) -> &'static Shape {
        let _lock = self.grow.lock().unwrap_or_else(|e| e.into_inner());
        let id = self.len.load(Ordering::Relaxed);
        assert!((id as usize) < self.capacity, "too many shapes");
        let shape: &'static Shape = Box::leak(Box::new(Shape {
            id,
            name,
            len: parent.map_or(0, |p| p.len + 1),
            parent,
            children: Mutex::new(Vec::new()),
            index: OnceLock::new(),
        }));
        let entry = ShapeEntry {
            class: geometry.class,
            shape,
            tail_offset: geometry.tail_offset,
            tail_words: geometry.tail_words,
            dict_at: geometry.dict_at,
            inline_at: geometry.inline_at,
            cap: geometry.cap,
            dict_mode: geometry.dict_mode,
        };
        // SAFETY: inside the reserved range, and nobody knows this id yet.
        unsafe { self.entries.add(id as usize).write(entry) };
        self.len.store(id + 1, Ordering::Release);
        shape
    }

    /// The shape of objects of shape `id` after attribute `name` (interned) was added. `None`: too
    /// many attributes were added to that shape already, the object should go to dictionary mode.
    pub fn transition(&self, id: u32, name: Value) -> Option<&'static Shape> {
        let entry = *self.entry(id);
        let mut children = entry
            .shape
            .children
            .lock()
            .unwrap_or_else(|e| e.into_inner());
        if let Some((_, child)) = children.iter().find(|(n, _)| *n == name) {
            return Some(child);
        }
        if children.len() >= MAX_CHILDREN {
            return None;
        }
        let child = self.add(NewShape::from_entry(&entry), name, Some(entry.shape));
        children.push((name, child));
        Some(child)
    }
}

impl Default for ShapeTable {
    fn default() -> Self {
        ShapeTable::new()
    }
}

/// Class and geometry of a shape to be made.
#[derive(Clone, Copy)]
pub struct NewShape {
    pub class: Gc<Type>,
    pub tail_offset: u32,
    pub tail_words: u16,
    pub dict_at: u16,
    pub inline_at: u16,
    pub cap: u16,
    pub dict_mode: bool,
}

impl NewShape {
    pub fn from_entry(e: &ShapeEntry) -> NewShape {
        NewShape {
            class: e.class,
            tail_offset: e.tail_offset,
            tail_words: e.tail_words,
            dict_at: e.dict_at,
            inline_at: e.inline_at,
            cap: e.cap,
            dict_mode: e.dict_mode,
        }
    }
}
