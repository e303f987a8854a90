//! Code objects as bytes: for `__pycache__`, `marshal` and the embedded library.
//!
//! The format is Krait's own: a magic number, a format version, a checksum, then the code object.
//! Numbers are varints. Inline caches are not stored. Reading checks everything, the verifier
//! included: damaged or hostile bytes give an error, never a panic and never unsafe code.
//!
//! A code object is a head and, as one string of bytes, its [`Body`]. What is embedded in the
//! executable is decoded body by body, when somebody needs one, with texts left where they are.

use std::fmt;
use std::sync::Arc;

use crate::body::{Body, LazyBody};
use crate::code::{Code, Const, ExceptionEntry, LocalKind, Text};
use crate::instr::{encode, instructions, jump_target};
use crate::ops::{ALL_OPS, Op};
use crate::positions::Positions;
use crate::roles::{Extra, Role};
use crate::varint::{Malformed, Reader, write_signed, write_unsigned};
use crate::verify::{VerifyError, verify};

const MAGIC: [u8; 4] = *b"KrBc";

/// Changes with every change of the format or the opcode list.
pub fn format_version() -> u32 {
    // The list itself is part of the format: names, roles and extra words, in order.
    let mut hash = 0x811c_9dc5_u32;
    let mut mix = |byte: u8| hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    for op in ALL_OPS {
        op.name().bytes().for_each(&mut mix);
        op.info().roles.iter().for_each(|role| mix(*role as u8));
        op.info().extra.iter().for_each(|extra| mix(*extra as u8));
    }
    hash
}

/// Why bytes are no code object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReadError {
    /// Not in this format, or of another version.
    Version,
    /// The checksum does not fit.
    Checksum,
    /// Cut off or garbled.
    Malformed,
    /// Refused by the verifier.
    Verify(VerifyError),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Version => f.write_str("bad magic number or version"),
            ReadError::Checksum => f.write_str("bad checksum"),
            ReadError::Malformed => f.write_str("bad marshal data"),
            ReadError::Verify(e) => e.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {}

impl From<Malformed> for ReadError {
    fn from(_: Malformed) -> ReadError {
        ReadError::Malformed
    }
}

/// Deepest nesting of constants that is read.
const MAX_DEPTH: usize = 300;

/// Serialises a code object.
pub fn write_code(code: &Code) -> Vec<u8> {
    let mut payload = Vec::new();
    put_code(&mut payload, code, None);
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&format_version().to_le_bytes());
    out.extend_from_slice(&checksum(&payload).to_le_bytes());
    out.extend_from_slice(&payload);
    out
}

/// Reads and verifies a code object.
pub fn read_code(bytes: &[u8]) -> Result<Code, ReadError> {
    let mut reader = Reader::new(bytes);
    if reader.bytes(4)? != MAGIC || reader.bytes(4)? != format_version().to_le_bytes() {
        return Err(ReadError::Version);
    }
    let sum = reader.bytes(8)?;
    let payload = reader.bytes(reader.remaining())?;
    if sum != checksum(payload).to_le_bytes() {
        return Err(ReadError::Checksum);
    }
    let mut reader = Reader::new(payload);
    let code = get_code(Checked, &mut reader, 0, None)?;
    if !reader.is_empty() {
        return Err(ReadError::Malformed);
    }
    verify(&code).map_err(ReadError::Verify)?;
    Ok(code)
}

/// Reads a code object that this very build has written and verified and that is part of the
/// executable: the embedded library. Neither checksum nor version is looked at, since that would
/// touch all of it, and bodies are decoded at their first use.
pub fn read_embedded_code(bytes: &'static [u8]) -> Result<Code, ReadError> {
    let mut reader = Reader::new(bytes);
    if reader.bytes(4)? != MAGIC {
        return Err(ReadError::Version);
    }
    reader.bytes(12)?;
    Ok(get_code(Embedded, &mut reader, 0, None)?)
}

/// Decodes a body that `read_embedded_code` left as it was.
pub(crate) fn embedded_body(
    bytes: &'static [u8],
    file: &'static [u8],
    firstlineno: i32,
) -> Result<Body, Malformed> {
    get_body(Embedded, bytes, 0, &Text::from_static(file), firstlineno)
}

/// Where bytes come from, and how far they are believed.
trait Origin<'a>: Copy {
    /// A text of these bytes.
    fn text(self, bytes: &'a [u8]) -> Read<Text>;
    /// A position table of these bytes.
    fn positions(self, bytes: &'a [u8], firstlineno: i32) -> Positions;
    /// A body of these bytes.
    fn body(self, bytes: &'a [u8], depth: usize, file: &Text, line: i32) -> Read<LazyBody>;
}

/// Anywhere: everything is decoded and checked at once.
#[derive(Clone, Copy)]
struct Checked;

impl<'a> Origin<'a> for Checked {
    fn text(self, bytes: &'a [u8]) -> Read<Text> {
        if is_wtf8(bytes) {
            Ok(Text::from_wtf8(bytes))
        } else {
            Err(Malformed)
        }
    }

    fn positions(self, bytes: &'a [u8], firstlineno: i32) -> Positions {
        Positions::from_bytes(bytes.to_vec(), firstlineno)
    }

    fn body(self, bytes: &'a [u8], depth: usize, file: &Text, line: i32) -> Read<LazyBody> {
        Ok(get_body(self, bytes, depth, file, line)?.into())
    }
}

/// The executable.
#[derive(Clone, Copy)]
struct Embedded;

impl Origin<'static> for Embedded {
    fn text(self, bytes: &'static [u8]) -> Read<Text> {
        Ok(Text::from_static(bytes))
    }

    fn positions(self, bytes: &'static [u8], firstlineno: i32) -> Positions {
        Positions::from_bytes(bytes, firstlineno)
    }

    fn body(self, bytes: &'static [u8], _: usize, file: &Text, line: i32) -> Read<LazyBody> {
        let file = file.as_static().ok_or(Malformed)?;
        Ok(LazyBody::embedded(bytes, file, line))
    }
}

/// FNV-1a over 8-byte steps: against accidents, not against attackers (the verifier is).
fn checksum(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let word = u64::from_le_bytes(chunk.try_into().unwrap_or_default());
        hash = (hash ^ word)
            .wrapping_mul(0x0000_0100_0000_01b3)
            .rotate_left(29);
    }
    for &byte in chunks.remainder() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash
}

// ---- Writing --------------------------------------------------------------------------------

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    write_unsigned(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn put_texts(out: &mut Vec<u8>, texts: &[Text]) {
    write_unsigned(out, texts.len() as u64);
    texts
        .iter()
        .for_each(|text| put_bytes(out, text.as_bytes()));
}

fn put_code(out: &mut Vec<u8>, code: &Code, outer_file: Option<&Text>) {
    put_bytes(out, code.name.as_bytes());
    put_bytes(out, code.qualname.as_bytes());
    out.push(u8::from(outer_file != Some(&code.filename)));
    if outer_file != Some(&code.filename) {
        put_bytes(out, code.filename.as_bytes());
    }
    write_signed(out, i64::from(code.firstlineno));
    let numbers = [
        code.flags,
        code.argcount,
        code.posonlyargcount,
        code.kwonlyargcount,
        u32::from(code.first_local),
        u32::from(code.first_free),
        u32::from(code.nregs),
    ];
    numbers
        .iter()
        .for_each(|n| write_unsigned(out, u64::from(*n)));
    put_texts(out, &code.freevars);
    let mut body = Vec::new();
    put_body(&mut body, code, &code.filename);
    put_bytes(out, &body);
}

fn put_body(out: &mut Vec<u8>, code: &Body, file: &Text) {
    put_texts(out, &code.varnames);
    code.local_kinds
        .iter()
        .for_each(|kind| out.push(*kind as u8));
    put_texts(out, &code.cellvars);
    code.cell_regs
        .iter()
        .for_each(|reg| write_unsigned(out, u64::from(*reg)));
    put_texts(out, &code.names);
    write_unsigned(out, code.consts.len() as u64);
    code.consts
        .iter()
        .for_each(|value| put_const(out, value, file));
    put_instructions(out, code);
    write_unsigned(out, code.exceptions.len() as u64);
    for entry in &code.exceptions {
        for n in [
            entry.start,
            entry.end,
            entry.handler,
            u32::from(entry.exc_reg),
        ] {
            write_unsigned(out, u64::from(n));
        }
    }
    put_bytes(out, code.positions.as_bytes());
}

fn put_instructions(out: &mut Vec<u8>, code: &Body) {
    write_unsigned(out, code.words.len() as u64);
    for instr in instructions(&code.words) {
        write_unsigned(out, instr.op as u64);
        for (at, role) in instr.op.info().roles.into_iter().enumerate() {
            if role != Role::None {
                write_unsigned(out, u64::from(instr.operand(at)));
            }
        }
        for (at, extra) in instr.op.info().extra.iter().enumerate() {
            match extra {
                Extra::Cache => {}
                Extra::JumpCache => {
                    let target = jump_target(&code.words, &instr).unwrap_or_default();
                    write_signed(out, target - instr.pc as i64);
                }
                Extra::Const | Extra::Imm => write_unsigned(out, code.words[instr.pc + 1 + at]),
            }
        }
    }
}

fn put_const(out: &mut Vec<u8>, value: &Const, file: &Text) {
    match value {
        Const::None => out.push(b'N'),
        Const::True => out.push(b'T'),
        Const::False => out.push(b'F'),
        Const::Ellipsis => out.push(b'.'),
        Const::Int(i) => {
            out.push(b'i');
            write_signed(out, *i);
        }
        Const::BigInt {
            negative,
            magnitude,
        } => {
            out.push(if *negative { b'm' } else { b'l' });
            put_bytes(out, magnitude);
        }
        Const::Float(bits) => {
            out.push(b'g');
            out.extend_from_slice(&bits.to_le_bytes());
        }
        Const::Complex(re, im) => {
            out.push(b'y');
            out.extend_from_slice(&re.to_le_bytes());
            out.extend_from_slice(&im.to_le_bytes());
        }
        Const::Str(text) => {
            out.push(b's');
            put_bytes(out, text.as_bytes());
        }
        Const::Bytes(bytes) => {
            out.push(b'b');
            put_bytes(out, bytes);
        }
        Const::Tuple(items) => put_items(out, b'(', items, file),
        Const::FrozenSet(items) => put_items(out, b'{', items, file),
        Const::Slice(parts) => {
            out.push(b':');
            parts.iter().for_each(|part| put_const(out, part, file));
        }
        Const::Code(code) => {
            out.push(b'c');
            put_code(out, code, Some(file));
        }
    }
}

fn put_items(out: &mut Vec<u8>, tag: u8, items: &[Const], file: &Text) {
    out.push(tag);
    write_unsigned(out, items.len() as u64);
    items.iter().for_each(|item| put_const(out, item, file));
}

// ---- Reading --------------------------------------------------------------------------------

type Read<T> = Result<T, Malformed>;

/// A count of things that take at least one byte each: bounds what is allocated for them.
fn get_count(reader: &mut Reader<'_>) -> Read<usize> {
    let count = usize::try_from(reader.unsigned()?).map_err(|_| Malformed)?;
    if count > reader.remaining() {
        Err(Malformed)
    } else {
        Ok(count)
    }
}

fn get_many<'a, T>(
    reader: &mut Reader<'a>,
    count: usize,
    mut get: impl FnMut(&mut Reader<'a>) -> Read<T>,
) -> Read<Vec<T>> {
    (0..count).map(|_| get(reader)).collect()
}

fn get_bytes<'a>(reader: &mut Reader<'a>) -> Read<&'a [u8]> {
    let count = get_count(reader)?;
    reader.bytes(count)
}

fn get_text<'a>(origin: impl Origin<'a>, reader: &mut Reader<'a>) -> Read<Text> {
    origin.text(get_bytes(reader)?)
}

fn get_texts<'a>(origin: impl Origin<'a>, reader: &mut Reader<'a>) -> Read<Vec<Text>> {
    let count = get_count(reader)?;
    get_many(reader, count, |r| get_text(origin, r))
}

fn get_u16(reader: &mut Reader<'_>) -> Read<u16> {
    u16::try_from(reader.unsigned()?).map_err(|_| Malformed)
}

fn get_u64_bits(reader: &mut Reader<'_>) -> Read<u64> {
    let bytes = reader.bytes(8)?;
    Ok(u64::from_le_bytes(bytes.try_into().map_err(|_| Malformed)?))
}

/// UTF-8 in which surrogates are allowed. Unlike in strict WTF-8 a high one may be followed by a
/// low one: they are two characters of a Python string.
fn is_wtf8(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    loop {
        let Err(error) = std::str::from_utf8(rest) else {
            return true;
        };
        match &rest[error.valid_up_to()..] {
            [0xED, 0xA0..=0xBF, 0x80..=0xBF, tail @ ..] => rest = tail,
            _ => return false,
        }
    }
}

fn get_code<'a>(
    origin: impl Origin<'a>,
    reader: &mut Reader<'a>,
    depth: usize,
    outer: Option<&Text>,
) -> Read<Code> {
    if depth > MAX_DEPTH {
        return Err(Malformed);
    }
    let name = get_text(origin, reader)?;
    let qualname = get_text(origin, reader)?;
    let filename = match (reader.byte()?, outer) {
        (0, Some(outer)) => outer.clone(),
        (1, _) => get_text(origin, reader)?,
        _ => return Err(Malformed),
    };
    let firstlineno = i32::try_from(reader.signed()?).map_err(|_| Malformed)?;
    let flags = reader.unsigned32()?;
    let argcount = reader.unsigned32()?;
    let posonlyargcount = reader.unsigned32()?;
    let kwonlyargcount = reader.unsigned32()?;
    let first_local = get_u16(reader)?;
    let first_free = get_u16(reader)?;
    let nregs = get_u16(reader)?;
    let freevars = get_texts(origin, reader)?;
    let body = origin.body(get_bytes(reader)?, depth, &filename, firstlineno)?;
    Ok(Code {
        name,
        qualname,
        filename,
        firstlineno,
        flags,
        argcount,
        posonlyargcount,
        kwonlyargcount,
        first_local,
        first_free,
        nregs,
        freevars,
        body,
    })
}

fn get_body<'a>(
    origin: impl Origin<'a>,
    bytes: &'a [u8],
    depth: usize,
    file: &Text,
    firstlineno: i32,
) -> Read<Body> {
    let reader = &mut Reader::new(bytes);
    let varnames = get_texts(origin, reader)?;
    let local_kinds = get_many(reader, varnames.len(), |r| match r.byte()? {
        0 => Ok(LocalKind::Plain),
        1 => Ok(LocalKind::Hidden),
        _ => Err(Malformed),
    })?;
    let cellvars = get_texts(origin, reader)?;
    let cell_regs = get_many(reader, cellvars.len(), get_u16)?;
    let names = get_texts(origin, reader)?;
    let count = get_count(reader)?;
    let consts = get_many(reader, count, |r| get_const(origin, r, depth + 1, file))?;
    let words = get_instructions(reader)?;
    let count = get_count(reader)?;
    let exceptions = get_many(reader, count, |r| {
        Ok(ExceptionEntry {
            start: r.unsigned32()?,
            end: r.unsigned32()?,
            handler: r.unsigned32()?,
            exc_reg: get_u16(r)?,
        })
    })?;
    let positions = origin.positions(get_bytes(reader)?, firstlineno);
    if !reader.is_empty() {
        return Err(Malformed);
    }
    Ok(Body {
        varnames,
        local_kinds,
        cellvars,
        cell_regs,
        words,
        consts,
        names,
        exceptions,
        positions,
    })
}

fn get_instructions(reader: &mut Reader<'_>) -> Read<Vec<u64>> {
    let total = usize::try_from(reader.unsigned()?).map_err(|_| Malformed)?;
    let mut words = Vec::with_capacity(total.min(reader.remaining().saturating_mul(4)));
    while words.len() < total {
        let number = get_u16(reader)?;
        let op = Op::from_u16(number).ok_or(Malformed)?;
        let mut operands = [0u16; 3];
        for (operand, role) in operands.iter_mut().zip(op.info().roles) {
            if role != Role::None {
                *operand = get_u16(reader)?;
            }
        }
        words.push(encode(op, operands[0], operands[1], operands[2]));
        for extra in op.info().extra {
            words.push(match extra {
                Extra::Cache => 0,
                Extra::JumpCache => {
                    let offset = i32::try_from(reader.signed()?).map_err(|_| Malformed)?;
                    u64::from(offset as u32)
                }
                Extra::Const | Extra::Imm => reader.unsigned()?,
            });
        }
    }
    if words.len() == total {
        Ok(words)
    } else {
        Err(Malformed)
    }
}

fn get_const<'a>(
    origin: impl Origin<'a>,
    reader: &mut Reader<'a>,
    depth: usize,
    file: &Text,
) -> Read<Const> {
    if depth > MAX_DEPTH {
        return Err(Malformed);
    }
    let items = |reader: &mut Reader<'a>| {
        let count = get_count(reader)?;
        get_many(reader, count, |r| get_const(origin, r, depth + 1, file))
    };
    Ok(match reader.byte()? {
        b'N' => Const::None,
        b'T' => Const::True,
        b'F' => Const::False,
        b'.' => Const::Ellipsis,
        b'i' => Const::Int(reader.signed()?),
        tag @ (b'l' | b'm') => {
            let magnitude = get_bytes(reader)?;
            if magnitude.last().is_none_or(|&top| top == 0) {
                return Err(Malformed);
            }
            Const::BigInt {
                negative: tag == b'm',
                magnitude: magnitude.into(),
            }
        }
        b'g' => Const::Float(get_u64_bits(reader)?),
        b'y' => Const::Complex(get_u64_bits(reader)?, get_u64_bits(reader)?),
        b's' => Const::Str(get_text(origin, reader)?),
        b'b' => Const::Bytes(get_bytes(reader)?.into()),
        b'(' => Const::Tuple(items(reader)?),
        b'{' => Const::FrozenSet(items(reader)?),
        b':' => {
            let mut part = || get_const(origin, reader, depth + 1, file);
            Const::Slice(Box::new([part()?, part()?, part()?]))
        }
        b'c' => Const::Code(Arc::new(get_code(origin, reader, depth + 1, Some(file))?)),
        _ => return Err(Malformed),
    })
}
