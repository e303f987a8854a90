//! Global cells: what the inline cache of a global variable's access holds.
//!
//! A namespace's entry can be turned into a cell: the entry's value word then refers to a
//! [`GlobalCell`], which holds the value. The cell of a name never changes while the dict lives,
//! so code that found it once needs no guard, whatever is assigned to the name later. A name that
//! is not in the dict has a *ghost*: a cell without value, which the entry adopts when the name is
//! assigned. A module's ghost is linked to the builtins' cell of the same name.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::heap::Tracer;
use crate::object::{Gc, Header, Kind, Object, Slot};
use crate::types::dict::table::as_exact_str;
use crate::types::dict::{Dict, HAS_CELLS};
use crate::types::shape_id;
use crate::types::str::Str;
use crate::value::Value;

/// The variable behind one name of one namespace.
#[repr(C)]
pub struct GlobalCell {
    pub header: Header,
    /// `EMPTY` while the name is not in the namespace. May be assigned directly if it is not
    /// `EMPTY`; otherwise the dict must be.
    pub value: Slot,
    /// The cell to ask next when this one is empty: the builtins'. `EMPTY` if there is none.
    pub next: Slot,
}

// SAFETY: repr(C), header first; slots are atomic.
unsafe impl Object for GlobalCell {
    const KIND: Kind = Kind::GlobalCell;
}

impl GlobalCell {
    fn new(cx: &mut Cx) -> Gc<GlobalCell> {
        let o = cx.mutator.alloc(
            size_of::<GlobalCell>(),
            shape_id::GLOBAL_CELL,
            Kind::GlobalCell as u8,
        );
        // SAFETY: fresh memory of a cell.
        unsafe {
            let c = o.cast::<GlobalCell>();
            (&raw mut (*c).value).write(Slot::empty());
            (&raw mut (*c).next).write(Slot::empty());
            Gc::from_ptr(c)
        }
    }

    /// The variable's value: its own or, for a ghost, the next cell's.
    #[inline(always)]
    pub fn load(&self) -> Option<Value> {
        let v = self.value.get();
        if !v.is_empty() {
            return Some(v);
        }
        Gc::<GlobalCell>::from_value(self.next.get())?
            .value
            .get()
            .some()
    }

    pub fn trace(&self, t: &mut Tracer<'_>) {
        t.word(self.value.get().bits());
        t.word(self.next.get().bits());
    }
}

/// The value behind the value word of an entry.
#[inline(always)]
pub(super) fn open(word: Value) -> Value {
    match Gc::<GlobalCell>::from_value(word) {
        Some(cell) => cell.value.get(),
        None => word,
    }
}

/// The entry with this value word is being deleted, under the dict's lock.
pub(super) fn make_ghost(word: Value) {
    if let Some(cell) = Gc::<GlobalCell>::from_value(word) {
        cell.value.set_immediate(Value::EMPTY);
    }
}

/// The value word of a new entry, under the dict's lock: the cell known for that name, now with
/// the value, or the value itself.
#[cold]
pub(super) fn adopt_ghost(cx: &mut Cx, dict: Gc<Dict>, key: Value, value: Value) -> Value {
    let registry = Gc::<Dict>::from_value(dict.cells.get());
    let cell = match (registry, as_exact_str(key)) {
        (Some(registry), Some(name)) => registry.get_str(cx, name),
        _ => None,
    };
    match cell.and_then(Gc::<GlobalCell>::from_value) {
        Some(cell) => {
            cell.value.set(cx, cell, value);
            cell.value()
        }
        None => value,
    }
}

impl Gc<Dict> {
    /// The cell of the variable `name`, a ghost if the name is not in this namespace.
    pub fn global_cell(self, cx: &mut Cx, name: Gc<Str>) -> PyResult<Gc<GlobalCell>> {
        let registry = self.cell_registry(cx);
        let cell = match registry
            .get_str(cx, name)
            .and_then(Gc::<GlobalCell>::from_value)
        {
            Some(cell) => cell,
            None => {
                let cell = GlobalCell::new(cx);
                let (known, _) = registry.set_default(cx, name.value(), cell.value())?;
                Gc::from_value_unchecked(known)
            }
        };
        // From here on whoever inserts the name adopts the cell; what is there already gets it now.
        let hash = name.hash(cx) as u64;
        cx.mutator.lock(self.header());
        let table = self.table();
        if let Some(entry) = table.find_str(name, hash) {
            let word = table.raw_value(entry);
            if !word.is_empty() && Gc::<GlobalCell>::from_value(word).is_none() {
                cell.value.set(cx, cell, word);
                table.set_word(cx, entry, 1, cell.value());
            }
        }
        cx.mutator.unlock(self.header());
        Ok(cell)
    }

    /// The dict from names to cells, made on first use.
    fn cell_registry(self, cx: &mut Cx) -> Gc<Dict> {
        if let Some(registry) = Gc::<Dict>::from_value(self.cells.get()) {
            return registry;
        }
        let new = cx.new_dict();
        // The bit first: a reader that meets a cell must know to open it.
        self.header.set_sticky(HAS_CELLS);
        match self
            .cells
            .compare_exchange(cx, self, Value::EMPTY, new.value())
        {
            Ok(()) => new,
            Err(known) => Gc::from_value_unchecked(known),
        }
    }
}
