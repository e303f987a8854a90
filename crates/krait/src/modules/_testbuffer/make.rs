//! An array's own items from Python values.

use krait_runtime::protocol::buffer::Buffer;
use krait_runtime::types::bytes::RawBytes;
use krait_stdlib::prelude::*;

use super::items::Format;
use super::nd;
use super::part::{self, Part};

/// The arguments that describe a new buffer; `None` where absent.
#[derive(Clone, Copy)]
pub struct Description {
    pub items: Value,
    pub shape: Option<Value>,
    pub strides: Option<Value>,
    pub offset: Option<isize>,
    pub format: Option<Gc<Str>>,
    pub flags: u32,
}

/// Where items stand.
struct Structure {
    shape: Vec<isize>,
    strides: Vec<isize>,
    offset: isize,
}

/// `v` as a list of sizes.
fn sizes(cx: &mut Cx, v: Value, what: &str) -> PyResult<Vec<isize>> {
    let is_sequence = Gc::<List>::from_value(v).is_some() || Gc::<Tuple>::from_value(v).is_some();
    if !is_sequence {
        return Err(cx.type_error(format!("{what} must be a list or a tuple")));
    }
    let values = cx.collect(v)?;
    let mut all = Vec::new();
    for &n in values.as_slice() {
        if !krait_runtime::types::int::is_int(n) {
            return Err(cx.value_error(format!("elements of {what} must be integers")));
        }
        all.push(cx.size_index(n)?);
    }
    Ok(all)
}

/// Distances of elements without gaps.
pub fn contiguous_strides(shape: &[isize], itemsize: usize, fortran: bool) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    let mut step = itemsize as isize;
    let mut set = |i: usize| {
        strides[i] = step;
        step *= shape[i];
    };
    if fortran {
        (0..shape.len()).for_each(&mut set);
    } else {
        (0..shape.len()).rev().for_each(&mut set);
    }
    strides
}

impl Structure {
    fn parse(cx: &mut Cx, d: &Description, itemsize: usize) -> PyResult<Structure> {
        let Some(shape) = d.shape else {
            return Err(cx.type_error(
                "shape is a required argument when constructing from list, tuple or single item",
            ));
        };
        let shape = sizes(cx, shape, "shape")?;
        if shape.len() > nd::MAX_NDIM {
            return Err(cx.value_error(format!("ndim must not exceed {}", nd::MAX_NDIM)));
        }
        if shape.iter().any(|&n| n < 0) {
            return Err(cx.value_error("elements of shape must be integers >= 0"));
        }
        let given = match d.strides.filter(|s| !s.is_none()) {
            Some(s) => sizes(cx, s, "strides")?,
            None => Vec::new(),
        };
        let fortran = d.flags & nd::FORTRAN != 0;
        if !given.is_empty() && fortran {
            return Err(cx.type_error("ND_FORTRAN cannot be used together with strides"));
        }
        if d.flags & nd::PIL != 0 && shape.is_empty() {
            return Err(cx.type_error("ndim = 0 cannot be used in conjunction with ND_PIL"));
        }
        let strides = if given.is_empty() {
            contiguous_strides(&shape, itemsize, fortran)
        } else if given.len() == shape.len() {
            given
        } else {
            return Err(cx.value_error("len(shape) != len(strides)"));
        };
        let offset = d.offset.unwrap_or(0);
        Ok(Structure {
            shape,
            strides,
            offset,
        })
    }

    /// Whether all items lie inside `size` bytes, on multiples of their own size.
    fn fits(&self, size: usize, itemsize: usize) -> bool {
        let (size, itemsize) = (size as i128, itemsize as i128);
        let offset = self.offset as i128;
        if offset < 0 || offset % itemsize != 0 || offset + itemsize > size {
            return false;
        }
        if self.strides.iter().any(|&s| s as i128 % itemsize != 0) {
            return false;
        }
        if self.shape.contains(&0) {
            return true;
        }
        let reach = |ahead: bool| -> i128 {
            let steps = self.shape.iter().zip(&self.strides);
            steps
                .filter(|&(_, &s)| (s > 0) == ahead)
                .map(|(&n, &s)| s as i128 * (n as i128 - 1))
                .sum()
        };
        offset + reach(false) >= 0 && offset + reach(true) + itemsize <= size
    }
}

/// The buffer that `d` describes.
pub fn own(cx: &mut Cx, d: &Description) -> PyResult<Obj<Part>> {
    let text = match d.format {
        Some(f) => f.value(),
        None => cx.new_str("B"),
    };
    if d.shape.is_none() {
        // The complaint about this one comes before any about the format.
        Structure::parse(cx, d, 1)?;
    }
    let format = Format::new(cx, text)?;
    let structure = Structure::parse(cx, d, format.itemsize)?;
    let bytes = packed(cx, d.items, format, structure.shape.is_empty())?;
    if !structure.fits(bytes.len(), format.itemsize) {
        return Err(cx.value_error("invalid combination of buffer, shape and strides"));
    }
    let rows = if d.flags & nd::PIL != 0 {
        structure.shape[0] as usize
    } else {
        0
    };
    let pointers = rows * size_of::<*mut u8>();
    let data = RawBytes::alloc(cx, pointers + bytes.len())?;
    // SAFETY: fresh memory of that size.
    let first = unsafe {
        let items = data.data().add(pointers);
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), items, bytes.len());
        items.offset(structure.offset)
    };
    let count = structure.shape.iter().product::<isize>() as usize;
    let mut b = Buffer {
        itemsize: format.itemsize,
        format: text,
        ..Buffer::bytes(
            Value::EMPTY,
            first,
            count * format.itemsize,
            d.flags & nd::WRITABLE == 0,
        )
    };
    if d.flags & nd::PIL != 0 {
        point_at_rows(cx, &mut b, data, &structure)?;
    } else {
        b.set_dims(cx, &structure.shape, &structure.strides)?;
    }
    part::own(cx, data, b, structure.offset as usize, d.flags)
}

fn packed(cx: &mut Cx, items: Value, format: Format, scalar: bool) -> PyResult<Vec<u8>> {
    let is_sequence =
        Gc::<List>::from_value(items).is_some() || Gc::<Tuple>::from_value(items).is_some();
    if !scalar && !is_sequence {
        return Err(cx.type_error("items must be a list or a tuple"));
    }
    if scalar {
        return Ok(format.pack(cx, items)?.as_bytes().to_vec());
    }
    let values = cx.collect(items)?;
    if values.is_empty() {
        return Err(cx.value_error("initializer list or tuple must not be empty"));
    }
    let mut bytes = Vec::new();
    for &item in values.as_slice() {
        let packed = format.pack(cx, item)?;
        bytes.extend_from_slice(packed.as_bytes());
    }
    Ok(bytes)
}

/// Makes the first dimension one of pointers to rows, which stand before the items.
fn point_at_rows(cx: &mut Cx, b: &mut Buffer, data: Gc<RawBytes>, s: &Structure) -> PyResult<()> {
    let rows = s.shape[0];
    // A pointer leads to the row's lowest byte; its first item may stand above that.
    let inside = s.shape.iter().zip(&s.strides).skip(1);
    let mut suboffset = 0;
    for (&n, &stride) in inside.take_while(|&(&n, _)| n != 0) {
        if stride <= 0 {
            suboffset += -stride * (n - 1);
        }
    }
    let backward = s.strides[0] < 0;
    let table = data.data().cast::<*mut u8>();
    for i in 0..rows {
        let row = b.ptr.wrapping_offset(i * s.strides[0] - suboffset);
        let at = if backward { rows - 1 - i } else { i };
        // SAFETY: the table has `rows` pointers.
        unsafe { table.offset(at).write(row) };
    }
    b.ptr = match rows {
        0 => data.data(),
        _ if backward => table.wrapping_offset(rows - 1).cast(),
        _ => table.cast(),
    };
    let word = size_of::<*mut u8>() as isize;
    let mut strides = s.strides.clone();
    strides[0] = if backward { -word } else { word };
    let mut suboffsets = vec![-1; s.shape.len()];
    suboffsets[0] = suboffset;
    b.set_all_dims(cx, &s.shape, &strides, &suboffsets)
}
