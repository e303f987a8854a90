//! Protection against documents that grow: a few bytes of entities may expand to gigabytes ("billion laughs"), or want
//! memory out of all proportion.

use std::sync::Mutex;

use crate::pyexpat::engine::error::Code;

/// A limit on a quotient: it counts from a number of bytes on.
#[derive(Clone, Copy)]
struct Limit {
    factor: f32,
    threshold: u64,
}

struct Counters {
    /// Bytes of the document itself.
    direct: u64,
    /// Bytes that came from entities.
    indirect: u64,
    allocated: u64,
    expansion: Limit,
    allocation: Limit,
}

/// What a document's parser and those of its external entities have read in common.
pub struct Account(Mutex<Counters>);

/// Documents shorter than this are measured as if they had this length: that of `<!ENTITY a SYSTEM 'b'>`.
const SHORTEST: u64 = 22;

fn factor(all: u64, direct: u64, base: u64) -> f32 {
    let direct = if direct == 0 { base } else { direct };
    all as f32 / direct as f32
}

impl Default for Account {
    fn default() -> Account {
        Account(Mutex::new(Counters {
            direct: 0,
            indirect: 0,
            allocated: 0,
            expansion: Limit {
                factor: 100.0,
                threshold: 8 << 20,
            },
            allocation: Limit {
                factor: 100.0,
                threshold: 64 << 20,
            },
        }))
    }
}

impl Account {
    fn with<R>(&self, f: impl FnOnce(&mut Counters) -> R) -> R {
        f(&mut self.0.lock().unwrap_or_else(|e| e.into_inner()))
    }

    pub fn add_direct(&self, bytes: usize) -> Result<(), Code> {
        self.with(|c| {
            c.direct += bytes as u64;
            c.check_expansion()
        })
    }

    pub fn add_indirect(&self, bytes: usize) -> Result<(), Code> {
        self.with(|c| {
            c.indirect += bytes as u64;
            c.check_expansion()
        })
    }

    /// Memory was taken for what the parsers keep.
    pub fn allocate(&self, bytes: usize) -> Result<(), Code> {
        self.with(|c| {
            c.allocated += bytes as u64;
            let l = c.allocation;
            if c.allocated >= l.threshold && factor(c.allocated, c.direct, 1) > l.factor {
                return Err(Code::NoMemory);
            }
            Ok(())
        })
    }

    /// Memory was given back.
    pub fn release(&self, bytes: usize) {
        self.with(|c| c.allocated = c.allocated.saturating_sub(bytes as u64));
    }

    pub fn set_expansion_factor(&self, f: f32) {
        self.with(|c| c.expansion.factor = f);
    }

    pub fn set_expansion_threshold(&self, n: u64) {
        self.with(|c| c.expansion.threshold = n);
    }

    pub fn set_allocation_factor(&self, f: f32) {
        self.with(|c| c.allocation.factor = f);
    }

    pub fn set_allocation_threshold(&self, n: u64) {
        self.with(|c| c.allocation.threshold = n);
    }
}

impl Counters {
    fn check_expansion(&self) -> Result<(), Code> {
        let all = self.direct + self.indirect;
        let all_for_factor = if self.direct == 0 {
            SHORTEST + self.indirect
        } else {
            all
        };
        let l = self.expansion;
        if all >= l.threshold && factor(all_for_factor, self.direct, SHORTEST) > l.factor {
            return Err(Code::AmplificationLimit);
        }
        Ok(())
    }
}
