//! Finding places where a match may begin, without running the program.

use memchr::memmem;

/// Bytes compared per candidate by [`Buckets`].
pub(crate) const DEPTH: usize = 4;

/// Alternatives as up to eight groups ("buckets"): `masks[k][b]` has bit `i` set if byte `b` may
/// stand at place `k` of a member of group `i`. A place where all four masks have a bit in common
/// is a candidate. This is the scalar form of the Teddy algorithm.
#[derive(Clone, Debug)]
pub(crate) struct Buckets {
    pub masks: [[u8; 256]; DEPTH],
}

impl Buckets {
    fn find(&self, hay: &[u8], from: usize) -> Option<usize> {
        let [m0, m1, m2, m3] = &self.masks;
        let tail = hay.get(from..)?;
        for (i, w) in tail.windows(DEPTH).enumerate() {
            let &[a, b, c, d] = w else { break };
            let hit =
                m0[usize::from(a)] & m1[usize::from(b)] & m2[usize::from(c)] & m3[usize::from(d)];
            if hit != 0 {
                return Some(from + i);
            }
        }
        // Too close to the end to look at all places: shorter alternatives may still fit.
        let rest = hay.len().saturating_sub(DEPTH - 1).max(from);
        (rest..hay.len()).find(|&i| {
            hay[i..]
                .iter()
                .zip(&self.masks)
                .fold(0xFF, |m, (&b, mask)| m & mask[usize::from(b)])
                != 0
        })
    }
}

/// The search strategy of a program.
#[derive(Clone, Debug)]
pub(crate) enum Prefilter {
    /// A match may begin anywhere.
    None,
    /// Only at the beginning of the text.
    Anchored,
    /// Only at the beginning of a line.
    LineStart,
    Byte1(u8),
    Byte2(u8, u8),
    Byte3(u8, u8, u8),
    Literal(Box<memmem::Finder<'static>>),
    Table(Box<[bool; 256]>),
    Buckets(Box<Buckets>),
}

impl Prefilter {
    /// The first candidate at or after `from`, which is at most `hay.len()`.
    #[inline]
    pub(crate) fn find(&self, hay: &[u8], from: usize) -> Option<usize> {
        let rest = &hay[from..];
        match self {
            Prefilter::None => return Some(from),
            Prefilter::Anchored => return (from == 0).then_some(0),
            Prefilter::LineStart => {
                if from == 0 || hay[from - 1] == b'\n' {
                    return Some(from);
                }
                memchr::memchr(b'\n', rest).map(|i| i + 1)
            }
            Prefilter::Byte1(a) => memchr::memchr(*a, rest),
            Prefilter::Byte2(a, b) => memchr::memchr2(*a, *b, rest),
            Prefilter::Byte3(a, b, c) => memchr::memchr3(*a, *b, *c, rest),
            Prefilter::Literal(finder) => finder.find(rest),
            Prefilter::Table(table) => rest.iter().position(|&b| table[usize::from(b)]),
            Prefilter::Buckets(buckets) => return buckets.find(hay, from),
        }
        .map(|i| from + i)
    }
}
