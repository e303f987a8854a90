//! The encodings of East Asia: single steps, for callers that keep a state.
//!
//! A step decodes or encodes one character, sometimes two, sometimes none (a change of state). Other
//! than the kernels beside it, these have a state, [`State`]: which character sets are designated.
//! Error handlers and what is left over between calls are the caller's.

mod double;
mod iso2022;
mod stateful;
mod tables;

use double::Double;
use iso2022::Iso2022;

/// What a codec remembers; all zero before it is set up.
pub type State = [u8; 8];

/// What a decoding step has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded {
    Nothing,
    One(u32),
    Pair(u32, u32),
}

/// Why a step ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// More input may make it right.
    Incomplete,
    /// That many bytes, or characters, mean nothing.
    Illegal(usize),
}

pub type DecodeStep = Result<(usize, Decoded), Trouble>;
/// The number of characters taken.
pub type EncodeStep = Result<usize, Trouble>;

enum Kind {
    Double(&'static Double),
    Hz,
    Iso2022(&'static Iso2022),
}

pub struct Codec {
    pub name: &'static str,
    kind: Kind,
}

macro_rules! codecs {
    ($($module:literal: $($name:literal => $kind:expr),*;)*) => {
        /// The names of a module's encodings.
        pub const MODULES: &[(&str, &[&str])] = &[$(($module, &[$($name),*])),*];

        static ALL: &[(&str, &[Codec])] = &[$(
            ($module, &[$(Codec { name: $name, kind: $kind }),*])
        ),*];
    };
}

codecs! {
    "_codecs_cn":
        "gb2312" => Kind::Double(&double::GB2312),
        "gbk" => Kind::Double(&double::GBK),
        "gb18030" => Kind::Double(&double::GB18030),
        "hz" => Kind::Hz;
    "_codecs_hk":
        "big5hkscs" => Kind::Double(&double::BIG5HKSCS);
    "_codecs_iso2022":
        "iso2022_kr" => Kind::Iso2022(&iso2022::KR),
        "iso2022_jp" => Kind::Iso2022(&iso2022::JP),
        "iso2022_jp_1" => Kind::Iso2022(&iso2022::JP_1),
        "iso2022_jp_2" => Kind::Iso2022(&iso2022::JP_2),
        "iso2022_jp_2004" => Kind::Iso2022(&iso2022::JP_2004),
        "iso2022_jp_3" => Kind::Iso2022(&iso2022::JP_3),
        "iso2022_jp_ext" => Kind::Iso2022(&iso2022::JP_EXT);
    "_codecs_jp":
        "shift_jis" => Kind::Double(&double::SHIFT_JIS),
        "cp932" => Kind::Double(&double::CP932),
        "euc_jp" => Kind::Double(&double::EUC_JP),
        "shift_jis_2004" => Kind::Double(&double::SHIFT_JIS_2004),
        "euc_jis_2004" => Kind::Double(&double::EUC_JIS_2004),
        "euc_jisx0213" => Kind::Double(&double::EUC_JISX0213),
        "shift_jisx0213" => Kind::Double(&double::SHIFT_JISX0213);
    "_codecs_kr":
        "euc_kr" => Kind::Double(&double::EUC_KR),
        "cp949" => Kind::Double(&double::CP949),
        "johab" => Kind::Double(&double::JOHAB);
    "_codecs_tw":
        "big5" => Kind::Double(&double::BIG5),
        "cp950" => Kind::Double(&double::CP950);
}

/// The encoding of that name in a module of that name.
pub fn find(module: &str, name: &str) -> Option<&'static Codec> {
    let (_, codecs) = ALL.iter().find(|(m, _)| *m == module)?;
    codecs.iter().find(|codec| codec.name == name)
}

impl Codec {
    /// Sets up a state for encoding.
    pub fn start_encoding(&self, state: &mut State) {
        match self.kind {
            Kind::Double(_) => {}
            Kind::Hz => *state = State::default(),
            Kind::Iso2022(_) => iso2022::start(state, false),
        }
    }

    /// Sets up a state for decoding.
    pub fn start_decoding(&self, state: &mut State) {
        match self.kind {
            Kind::Double(_) => {}
            Kind::Hz => *state = State::default(),
            Kind::Iso2022(_) => iso2022::start(state, true),
        }
    }

    /// Returns to the initial state in the text, too.
    pub fn finish_encoding(&self, state: &mut State, out: &mut Vec<u8>) {
        match self.kind {
            Kind::Double(_) => {}
            Kind::Hz => stateful::finish_hz(state, out),
            Kind::Iso2022(_) => iso2022::finish(state, out),
        }
    }

    /// Whether encoding leaves something to [`finish_encoding`](Self::finish_encoding).
    pub fn has_end(&self) -> bool {
        !matches!(self.kind, Kind::Double(_))
    }

    /// Decodes what stands first in `input`, which is not empty.
    pub fn decode(&self, state: &mut State, input: &[u8]) -> DecodeStep {
        match self.kind {
            Kind::Double(codec) => codec.decode(input),
            Kind::Hz => stateful::decode_hz(state, input),
            Kind::Iso2022(codec) => codec.decode(state, input),
        }
    }

    /// Encodes the first of `text`, which is not empty; at its end nothing can follow if `flush`.
    pub fn encode(
        &self,
        state: &mut State,
        text: &[u32],
        flush: bool,
        out: &mut Vec<u8>,
    ) -> EncodeStep {
        match self.kind {
            Kind::Double(codec) => codec.encode(text, flush, out),
            Kind::Hz => stateful::encode_hz(state, text, out),
            Kind::Iso2022(codec) => codec.encode(state, text, flush, out),
        }
    }
}

/// The `at`-th byte, if the input is that long.
fn byte(input: &[u8], at: usize) -> Result<u8, Trouble> {
    input.get(at).copied().ok_or(Trouble::Incomplete)
}

/// The code of a character that may be the first of a pair: the code, and how many it takes.
fn pair_code(
    pairs: tables::Pairs,
    text: &[u32],
    flush: bool,
) -> Result<Option<(u16, usize)>, Trouble> {
    if !pairs.iter().any(|&(first, _, _)| first == text[0]) {
        return Ok(None);
    }
    let Some(&next) = text.get(1) else {
        return if flush {
            Ok(None)
        } else {
            Err(Trouble::Incomplete)
        };
    };
    let found = pairs.iter().find(|&&(a, b, _)| (a, b) == (text[0], next));
    Ok(found.map(|&(_, _, code)| (code, 2)))
}
