//! `_uuid`: UUIDs of version 1 (RFC 9562, 5.1), from the clock and a node number.

use std::sync::Mutex;

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_uuid",
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    m.set(cx, "has_uuid_generate_time_safe", Value::small(1));
    // The node is random unless a network card tells it: not one to recognise the machine by.
    m.set(cx, "has_stable_extractable_node", Value::small(0));
    Ok(())
}

/// Ticks of 100 ns between the Gregorian calendar's start and the Unix epoch.
const GREGORIAN: u64 = 0x01b2_1dd2_1381_4000;

/// What makes this process's UUIDs different from each other and from other processes'.
struct Generator {
    last: u64,
    clock_sequence: u16,
    node: [u8; 6],
}

static GENERATOR: Mutex<Option<Generator>> = Mutex::new(None);

/// Eight random bytes: a random node number (with the multicast bit, which no card has) and the
/// start of the clock sequence.
fn start() -> Generator {
    let mut random = [0u8; 8];
    // SAFETY: fills at most the given bytes.
    unsafe { libc::getrandom(random.as_mut_ptr().cast(), random.len(), 0) };
    let [a, b, node @ ..] = random;
    let mut node: [u8; 6] = node;
    node[0] |= 1;
    Generator {
        last: 0,
        clock_sequence: u16::from_be_bytes([a, b]) & 0x3fff,
        node,
    }
}

fn generate() -> [u8; 16] {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let mut held = GENERATOR.lock().unwrap_or_else(|e| e.into_inner());
    let g = held.get_or_insert_with(start);
    let ticks = GREGORIAN + (now.as_nanos() / 100) as u64;
    if ticks + 10_000_000 < g.last {
        // The clock was set back: another sequence.
        g.clock_sequence = (g.clock_sequence + 1) & 0x3fff;
        g.last = ticks;
    } else {
        g.last = ticks.max(g.last + 1);
    }
    let t = g.last;
    let mut out = [0; 16];
    out[..4].copy_from_slice(&(t as u32).to_be_bytes());
    out[4..6].copy_from_slice(&((t >> 32) as u16).to_be_bytes());
    out[6..8].copy_from_slice(&((t >> 48) as u16 & 0x0fff | 0x1000).to_be_bytes());
    out[8..10].copy_from_slice(&(g.clock_sequence | 0x8000).to_be_bytes());
    out[10..].copy_from_slice(&g.node);
    out
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Return a UUID as 16 bytes, and whether it is safe between processes (-1: unknown).
    #[py(sig = "($module, /)")]
    fn generate_time_safe(cx: &mut Cx) -> Value {
        let bytes = cx.new_bytes(&generate());
        cx.new_tuple(&[bytes, Value::small(-1)])
    }
}
