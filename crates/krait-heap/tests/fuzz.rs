//! Random mutation, compared with a shadow graph that the collector knows nothing of.

mod common;

use std::collections::HashMap;

use common::*;
use krait_heap::{Config, Kind};

/// The graph as it should be: id -> ids of the slots' targets.
#[derive(Default)]
struct Shadow {
    nodes: HashMap<u32, Vec<Option<u32>>>,
    roots: Vec<Option<u32>>,
}

struct Fuzz<'a> {
    m: &'a mut ToyMutator,
    shadow: Shadow,
    random: Random,
    next_id: u32,
}

impl Fuzz<'_> {
    fn new_node(&mut self) -> u64 {
        let len = match self.random.below(100) {
            0 => 1_100 + self.random.below(3_000),
            1..5 => self.random.below(900),
            _ => self.random.below(6),
        };
        let id = self.next_id;
        self.next_id += 1;
        self.shadow.nodes.insert(id, vec![None; len]);
        word(node(self.m, len, id))
    }

    fn id(&self, value: u64) -> Option<u32> {
        // SAFETY: a live object.
        (value != EMPTY).then(|| unsafe { (*object(value)).shape() })
    }

    /// A reachable node: a random walk from a random root.
    fn walk(&mut self) -> Option<u64> {
        let n = self.shadow.roots.len();
        let mut at = root(self.m, self.random.below(n));
        if at == EMPTY {
            return None;
        }
        for _ in 0..self.random.below(12) {
            let len = self.shadow.nodes[&self.id(at).unwrap()].len();
            if len == 0 {
                break;
            }
            match get(object(at), self.random.below(len)) {
                EMPTY => break,
                next => at = next,
            }
        }
        Some(at)
    }

    fn step(&mut self) {
        let value = match self.random.below(10) {
            0..5 => self.new_node(),
            5..9 => self.walk().unwrap_or(EMPTY),
            _ => EMPTY,
        };
        let id = self.id(value);
        match self.walk() {
            Some(holder) if self.random.below(8) != 0 => {
                let holder_id = self.id(holder).unwrap();
                let len = self.shadow.nodes[&holder_id].len();
                if len == 0 {
                    return;
                }
                let i = self.random.below(len);
                set_without_barrier(object(holder), i, value);
                if len > 1_000 {
                    self.m
                        .write_barrier_slot(object(holder), slot(object(holder), i));
                } else {
                    self.m.write_barrier(object(holder));
                }
                self.shadow.nodes.get_mut(&holder_id).unwrap()[i] = id;
            }
            _ => {
                let i = self.random.below(self.shadow.roots.len());
                self.m.heap().model().roots.lock().unwrap()[i] = value;
                self.shadow.roots[i] = id;
            }
        }
    }

    /// Compares everything reachable, and forgets the rest.
    fn compare(&mut self) -> usize {
        let mut seen = HashMap::new();
        let mut todo = Vec::new();
        for (i, &id) in self.shadow.roots.iter().enumerate() {
            let value = root(self.m, i);
            assert_eq!(self.id(value), id);
            todo.extend((value != EMPTY).then_some(value));
        }
        while let Some(value) = todo.pop() {
            let id = self.id(value).unwrap();
            if seen.insert(id, ()).is_some() {
                continue;
            }
            for (i, &expected) in self.shadow.nodes[&id].iter().enumerate() {
                let child = get(object(value), i);
                assert_eq!(self.id(child), expected, "node {id} slot {i}");
                todo.extend((child != EMPTY).then_some(child));
            }
        }
        self.shadow.nodes.retain(|id, _| seen.contains_key(id));
        seen.len()
    }
}

fn fuzz(config: Config, seed: u64, steps: usize) {
    with_heap(config, |m| {
        let roots = 16;
        (0..roots).for_each(|_| push_root(m, EMPTY));
        let shadow = Shadow {
            nodes: HashMap::new(),
            roots: vec![None; roots],
        };
        let mut f = Fuzz {
            m,
            shadow,
            random: Random(seed),
            next_id: 1,
        };
        let mut most = 0;
        for i in 1..=steps {
            f.step();
            if i % (steps / 20) == 0 {
                most = most.max(f.compare());
                match f.random.below(3) {
                    0 => f.m.collect(Kind::Full),
                    1 => f.m.collect(Kind::Nursery),
                    _ => {
                        f.m.verify().unwrap();
                    }
                }
            }
        }
        assert!(most > 10, "the graph never grew: {most}");
    });
}

#[test]
fn random_graphs_stay_intact() {
    for seed in 1..6 {
        fuzz(
            Config {
                nursery: 256 << 10,
                ..checked()
            },
            seed * 7919,
            20_000,
        );
    }
}

#[test]
fn random_graphs_stay_intact_without_the_verifier() {
    for seed in 1..6 {
        fuzz(
            Config {
                verify: false,
                nursery: 512 << 10,
                ..checked()
            },
            seed * 104_729,
            60_000,
        );
    }
}

#[test]
fn random_graphs_stay_intact_under_stress() {
    for (seed, every) in [(11, 1), (12, 3), (13, 10)] {
        fuzz(
            Config {
                stress: Some(every),
                ..checked()
            },
            seed,
            600 * every as usize,
        );
    }
}
