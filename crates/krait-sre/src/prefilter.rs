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
    #[inline(always)]
    fn admits(&self, window: &[u8; DEPTH]) -> bool {
        let [m0, m1, m2, m3] = &self.masks;
        let &[a, b, c, d] = window;
        m0[usize::from(a)] & m1[usize::from(b)] & m2[usize::from(c)] & m3[usize::from(d)] != 0
    }

    /// Whether a match may begin at `at`. Near the end there is less to look at, and shorter
    /// alternatives may still fit.
    fn admits_at(&self, hay: &[u8], at: usize) -> bool {
        if let Some(window) = hay[at..].first_chunk() {
            return self.admits(window);
        }
        let masks = hay[at..].iter().zip(&self.masks);
        masks.fold(0xFF, |bits, (&b, mask)| bits & mask[usize::from(b)]) != 0
    }

    fn find(&self, hay: &[u8], from: usize) -> Option<usize> {
        let windows = hay[from..].windows(DEPTH);
        let found = windows
            .flat_map(<&[u8; DEPTH]>::try_from)
            .position(|w| self.admits(w));
        found.map(|i| from + i).or_else(|| {
            let rest = hay.len().saturating_sub(DEPTH - 1).max(from);
            (rest..hay.len()).find(|&at| self.admits_at(hay, at))
        })
    }
}

/// Bytes that [`memchr`] can look for at once.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Few {
    One(u8),
    Two(u8, u8),
    Three(u8, u8, u8),
}

impl Few {
    pub(crate) fn new(bytes: &[u8]) -> Option<Few> {
        match *bytes {
            [a] => Some(Few::One(a)),
            [a, b] => Some(Few::Two(a, b)),
            [a, b, c] => Some(Few::Three(a, b, c)),
            _ => None,
        }
    }

    fn find(self, hay: &[u8]) -> Option<usize> {
        match self {
            Few::One(a) => memchr::memchr(a, hay),
            Few::Two(a, b) => memchr::memchr2(a, b, hay),
            Few::Three(a, b, c) => memchr::memchr3(a, b, c, hay),
        }
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
    /// At one of few bytes, if the bytes after it fit too.
    Few(Few, Option<Box<Buckets>>),
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
            Prefilter::Few(few, None) => few.find(rest),
            Prefilter::Few(few, Some(confirm)) => return find_few(*few, confirm, hay, from),
            Prefilter::Literal(finder) => finder.find(rest),
            Prefilter::Table(table) => rest.iter().position(|&b| table[usize::from(b)]),
            Prefilter::Buckets(buckets) => return buckets.find(hay, from),
        }
        .map(|i| from + i)
    }
}

/// Candidates in a row that fail to be confirmed before the bytes are no longer thought rare.
const PATIENCE: usize = 8;

fn find_few(few: Few, confirm: &Buckets, hay: &[u8], mut from: usize) -> Option<usize> {
    for _ in 0..PATIENCE {
        let at = from + few.find(&hay[from..])?;
        if confirm.admits_at(hay, at) {
            return Some(at);
        }
        from = at + 1;
    }
    confirm.find(hay, from)
}
