//! Which weak references each object has, by address.

use std::collections::TryReserveError;

use krait_heap::address_map::{AddressMap, spread};

/// Parts of the table. Each grows by itself, so that memory for millions is not asked for in one piece.
const SHARDS: usize = 64;

/// The addresses of an object's weak references.
enum Refs {
    One(usize),
    #[expect(
        clippy::box_collection,
        reason = "most objects have one reference: entries of the table stay two words"
    )]
    Many(Box<Vec<usize>>),
}

impl Refs {
    fn as_slice(&self) -> &[usize] {
        match self {
            Refs::One(reference) => std::slice::from_ref(reference),
            Refs::Many(references) => references,
        }
    }

    fn try_insert(&mut self, at: usize, reference: usize) -> Result<(), TryReserveError> {
        if let Refs::One(other) = self {
            *self = Refs::Many(Box::new(vec![*other]));
        }
        if let Refs::Many(references) = self {
            references.try_reserve(1)?;
            references.insert(at, reference);
        }
        Ok(())
    }

    /// Keeps the references for which `keep` holds. Returns false if none was.
    fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) -> bool {
        match self {
            Refs::One(reference) => keep(*reference),
            Refs::Many(references) => {
                references.retain(|&r| keep(r));
                !references.is_empty()
            }
        }
    }
}

/// The table.
pub(super) struct Table {
    shards: [AddressMap<Refs>; SHARDS],
}

impl Default for Table {
    fn default() -> Table {
        Table {
            shards: std::array::from_fn(|_| AddressMap::default()),
        }
    }
}

impl Table {
    #[inline]
    fn shard(object: usize) -> usize {
        (spread(object) >> 20) as usize % SHARDS
    }

    /// The weak references to `object`.
    #[inline]
    pub(super) fn get(&self, object: usize) -> &[usize] {
        let refs = self.shards[Table::shard(object)].get(&object);
        refs.map_or(&[], Refs::as_slice)
    }

    /// Adds a weak reference to `object`, with `at` others before it.
    pub(super) fn try_insert(
        &mut self,
        object: usize,
        at: usize,
        reference: usize,
    ) -> Result<(), TryReserveError> {
        let shard = &mut self.shards[Table::shard(object)];
        if let Some(refs) = shard.get_mut(&object) {
            return refs.try_insert(at, reference);
        }
        shard.try_reserve(1)?;
        shard.insert(object, Refs::One(reference));
        Ok(())
    }

    /// Forgets all weak references to `object`.
    pub(super) fn remove(&mut self, object: usize) {
        self.shards[Table::shard(object)].remove(&object);
    }

    /// Keeps the weak references to `object` for which `keep` holds.
    pub(super) fn retain(&mut self, object: usize, keep: impl FnMut(usize) -> bool) {
        let shard = &mut self.shards[Table::shard(object)];
        if let Some(refs) = shard.get_mut(&object)
            && !refs.retain(keep)
        {
            shard.remove(&object);
        }
    }
}
