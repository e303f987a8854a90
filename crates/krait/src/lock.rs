//! A lock that its owner may take again.

use std::sync::{Condvar, Mutex};

use krait_runtime::cx::Cx;

/// A reentrant lock between the threads of an interpreter.
#[derive(Default)]
pub struct ReentrantLock {
    /// The owner's thread id and how often it holds the lock.
    owner: Mutex<Option<(u64, usize)>>,
    freed: Condvar,
}

impl ReentrantLock {
    /// Waits for the lock without holding up collections.
    pub fn acquire(&'static self, cx: &mut Cx) {
        let me = cx.thread_id;
        if self.try_acquire(me) {
            return;
        }
        cx.blocking(|| {
            let mut owner = self.owner.lock().unwrap_or_else(|e| e.into_inner());
            while owner.is_some() {
                owner = self.freed.wait(owner).unwrap_or_else(|e| e.into_inner());
            }
            *owner = Some((me, 1));
        });
    }

    fn try_acquire(&self, me: u64) -> bool {
        let mut owner = self.owner.lock().unwrap_or_else(|e| e.into_inner());
        match &mut *owner {
            None => *owner = Some((me, 1)),
            Some((id, count)) if *id == me => *count += 1,
            Some(_) => return false,
        }
        true
    }

    /// Undoes one `acquire`; `false` if this thread does not hold the lock.
    pub fn release(&self, cx: &Cx) -> bool {
        let mut owner = self.owner.lock().unwrap_or_else(|e| e.into_inner());
        match &mut *owner {
            Some((id, count)) if *id == cx.thread_id => {
                *count -= 1;
                if *count == 0 {
                    *owner = None;
                    self.freed.notify_one();
                }
                true
            }
            _ => false,
        }
    }
}
