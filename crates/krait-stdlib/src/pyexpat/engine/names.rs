//! Names by number.

use std::collections::HashMap;
use std::sync::Arc;

use crate::pyexpat::engine::event::NameId;

/// All names that a parser has met.
#[derive(Default)]
pub struct Names {
    numbers: HashMap<Arc<[u8]>, u32>,
    names: Vec<Arc<[u8]>>,
    /// Memory that the names take, about.
    pub bytes: usize,
}

impl Names {
    pub fn intern(&mut self, name: &[u8]) -> NameId {
        if let Some(&n) = self.numbers.get(name) {
            return NameId(n);
        }
        let n = self.names.len() as u32;
        let name: Arc<[u8]> = name.into();
        self.bytes += name.len() + 64;
        self.names.push(name.clone());
        self.numbers.insert(name, n);
        NameId(n)
    }

    pub fn get(&self, id: NameId) -> &[u8] {
        &self.names[id.0 as usize]
    }
}

/// A set of names that is emptied at once.
#[derive(Default)]
pub struct Marks {
    /// By name, the round in which it was added.
    rounds: Vec<u64>,
    round: u64,
}

impl Marks {
    pub fn clear(&mut self) {
        self.round += 1;
    }

    /// Adds a name; `false` if it is in the set already.
    pub fn add(&mut self, id: NameId) -> bool {
        let i = id.0 as usize;
        if i >= self.rounds.len() {
            self.rounds.resize(i + 1, 0);
        }
        let new = self.rounds[i] != self.round;
        self.rounds[i] = self.round;
        new
    }
}
