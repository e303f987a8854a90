//! What is searched, and the two ways of counting positions in it.

/// Translates between character and byte positions of one WTF-8 text.
///
/// The string object that owns the text usually keeps such an index anyway; [`Breakpoints`] is
/// one for callers that do not.
pub trait CharIndex {
    /// Byte offset of the character with this index. The text's length in characters gives its
    /// length in bytes; larger indices may be clamped.
    fn byte_of_char(&self, chars: usize) -> usize;
    /// Number of characters before this byte offset, which is a character boundary.
    fn char_of_byte(&self, bytes: usize) -> usize;
    /// Length of the text in characters.
    fn char_len(&self) -> usize;
}

/// The text to match against.
#[derive(Clone, Copy)]
pub enum Subject<'a> {
    /// `str` of ASCII characters only.
    Ascii(&'a [u8]),
    /// Any other `str`, lone surrogates encoded as three bytes.
    Wtf8(&'a [u8], &'a dyn CharIndex),
    /// `bytes` and other buffers.
    Bytes(&'a [u8]),
}

impl<'a> Subject<'a> {
    /// The bytes behind the text.
    pub fn bytes(&self) -> &'a [u8] {
        match self {
            Subject::Ascii(b) | Subject::Wtf8(b, _) | Subject::Bytes(b) => b,
        }
    }

    /// Length in characters.
    pub fn char_len(&self) -> usize {
        match self {
            Subject::Ascii(b) | Subject::Bytes(b) => b.len(),
            Subject::Wtf8(_, index) => index.char_len(),
        }
    }

    /// Byte offset of a character index; indices beyond the end give the end.
    pub fn byte_of_char(&self, chars: usize) -> usize {
        match self {
            Subject::Ascii(b) | Subject::Bytes(b) => chars.min(b.len()),
            Subject::Wtf8(b, index) => {
                if chars >= index.char_len() {
                    b.len()
                } else {
                    index.byte_of_char(chars).min(b.len())
                }
            }
        }
    }

    /// Character index of a byte offset.
    pub fn char_of_byte(&self, bytes: usize) -> usize {
        match self {
            Subject::Ascii(_) | Subject::Bytes(_) => bytes,
            Subject::Wtf8(_, index) => index.char_of_byte(bytes),
        }
    }

    pub(crate) fn is_wide(&self) -> bool {
        matches!(self, Subject::Wtf8(..))
    }
}

/// Characters between two break points.
const STRIDE: usize = 64;

/// A [`CharIndex`] made by one pass over the text: the byte offset of every 64th character.
#[derive(Debug)]
pub struct Breakpoints<'a> {
    text: &'a [u8],
    offsets: Vec<usize>,
    chars: usize,
}

fn starts_char(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

impl<'a> Breakpoints<'a> {
    /// Indexes a WTF-8 text.
    pub fn new(text: &'a [u8]) -> Self {
        let mut offsets = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut chars = 0;
        for (i, &b) in text.iter().enumerate() {
            if starts_char(b) {
                if chars % STRIDE == 0 {
                    offsets.push(i);
                }
                chars += 1;
            }
        }
        Breakpoints {
            text,
            offsets,
            chars,
        }
    }
}

impl CharIndex for Breakpoints<'_> {
    fn byte_of_char(&self, chars: usize) -> usize {
        let Some(&from) = self.offsets.get(chars / STRIDE) else {
            return self.text.len();
        };
        let mut left = chars % STRIDE;
        for (i, &b) in self.text[from..].iter().enumerate() {
            if starts_char(b) {
                if left == 0 {
                    return from + i;
                }
                left -= 1;
            }
        }
        self.text.len()
    }

    fn char_of_byte(&self, bytes: usize) -> usize {
        let bytes = bytes.min(self.text.len());
        let block = self.offsets.partition_point(|&o| o <= bytes);
        let Some(block) = block.checked_sub(1) else {
            return 0;
        };
        let from = self.offsets[block];
        block * STRIDE
            + self.text[from..bytes]
                .iter()
                .filter(|&&b| starts_char(b))
                .count()
    }

    fn char_len(&self) -> usize {
        self.chars
    }
}
