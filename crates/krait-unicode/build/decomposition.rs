//! Decomposition mappings, primary composites and the quick-check properties derived from them.

use std::collections::{BTreeMap, BTreeSet};

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_normalizer::properties::{
    CanonicalCompositionBorrowed, CanonicalDecompositionBorrowed, Decomposed,
};

use crate::data::Data;
use crate::emit::{array, two_stage};

/// Names of the compatibility tags; a canonical mapping has the first, empty one.
const TAGS: [&str; 17] = [
    "", "circle", "compat", "final", "font", "fraction", "initial", "isolated", "medial", "narrow",
    "noBreak", "small", "square", "sub", "super", "vertical", "wide",
];

const HANGUL: std::ops::Range<u32> = 0xAC00..0xD7A4;

pub struct Decompositions {
    /// Tag and one-level mapping. Hangul syllables are not listed: they follow from arithmetic.
    mappings: BTreeMap<u32, (usize, Vec<u32>)>,
    /// Primary composites by their pair.
    pairs: BTreeMap<(u32, u32), u32>,
    /// Code points that are the second of a composition.
    seconds: BTreeSet<u32>,
}

impl Decompositions {
    pub fn collect(data: &Data) -> Decompositions {
        let canonical = CanonicalDecompositionBorrowed::new();
        let composition = CanonicalCompositionBorrowed::new();
        let nfkd = DecomposingNormalizerBorrowed::new_nfkd();
        let mut mappings = BTreeMap::new();
        let mut pairs = BTreeMap::new();
        for c in (0..crate::LIMIT).filter_map(char::from_u32) {
            let code = c as u32;
            if HANGUL.contains(&code) {
                continue;
            }
            if let Some(tag) = data.compat_tags.get(&code) {
                let tag = TAGS
                    .iter()
                    .position(|known| known == tag)
                    .expect("known tag");
                let mapping = data.compat_mappings.get(&code).cloned().unwrap_or_else(|| {
                    nfkd.normalize(&c.to_string())
                        .chars()
                        .map(|c| c as u32)
                        .collect()
                });
                mappings.insert(code, (tag, mapping));
                continue;
            }
            match canonical.decompose(c) {
                Decomposed::Default => {}
                Decomposed::Singleton(one) => {
                    mappings.insert(code, (0, vec![one as u32]));
                }
                Decomposed::Expansion(one, two) => {
                    mappings.insert(code, (0, vec![one as u32, two as u32]));
                    if composition.compose(one, two) == Some(c) {
                        pairs.insert((one as u32, two as u32), code);
                    }
                }
            }
        }
        let mut seconds: BTreeSet<u32> = pairs.keys().map(|pair| pair.1).collect();
        seconds.extend(0x1161..=0x1175);
        seconds.extend(0x11A8..=0x11C2);
        Decompositions {
            mappings,
            pairs,
            seconds,
        }
    }

    /// Quick-check bits: 1 NFD=No, 2 NFKD=No, 4 NFC=No, 8 NFC=Maybe, 16 NFKC=No, 32 NFKC=Maybe.
    pub fn quick_check(&self, code: u32) -> u8 {
        let mut bits = 0;
        if HANGUL.contains(&code) {
            bits |= 1 | 2;
        }
        if let Some((tag, mapping)) = self.mappings.get(&code) {
            bits |= 2;
            if *tag == 0 {
                bits |= 1;
                let pair = (mapping[0], mapping.get(1).copied().unwrap_or(0));
                if self.pairs.get(&pair) != Some(&code) {
                    bits |= 4 | 16;
                }
            } else {
                bits |= 16;
            }
            if self.has_compat(code) {
                bits |= 16;
            }
        }
        if self.seconds.contains(&code) {
            bits |= 8 | 32;
        }
        bits
    }

    /// Whether a compatibility mapping is applied at some level.
    fn has_compat(&self, code: u32) -> bool {
        self.mappings.get(&code).is_some_and(|(tag, mapping)| {
            *tag != 0 || mapping.iter().any(|part| self.has_compat(*part))
        })
    }

    pub fn emit(&self, out: &mut String) {
        // Offset 0 means "no mapping".
        let mut pool: Vec<u32> = vec![0];
        let mut offsets = vec![0u16; crate::LIMIT as usize];
        let mut known: BTreeMap<Vec<u32>, u16> = BTreeMap::new();
        for (code, (tag, mapping)) in &self.mappings {
            let mut entry = vec![(*tag as u32) << 8 | mapping.len() as u32];
            entry.extend(mapping);
            let offset = *known.entry(entry.clone()).or_insert_with(|| {
                let offset = u16::try_from(pool.len()).expect("pool fits 16 bits");
                pool.extend(&entry);
                offset
            });
            offsets[*code as usize] = offset;
        }
        two_stage(out, "DECOMPOSITION", 6, &offsets);
        array(out, "DECOMPOSITION_POOL", "u32", pool);
        array(
            out,
            "DECOMPOSITION_TAGS",
            "&str",
            TAGS.map(|tag| format!("{tag:?}")),
        );
        array(
            out,
            "COMPOSITION",
            "(u32, u32, u32)",
            self.pairs
                .iter()
                .map(|((one, two), code)| format!("({one}, {two}, {code})")),
        );
    }
}
