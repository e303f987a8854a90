//! Operations on plain bytes, for `bytes` and `bytearray`.

/// Whitespace of bytes methods: ASCII's, with vertical tab.
pub fn is_space(b: u8) -> bool {
    matches!(b, 0x09..=0x0D | 0x20)
}

/// Byte ranges of the parts between runs of whitespace, at most `max` splits from the left.
pub fn split_space(bytes: &[u8], max: usize) -> Vec<(usize, usize)> {
    let skip = |mut at: usize, space: bool| {
        while at < bytes.len() && is_space(bytes[at]) == space {
            at += 1;
        }
        at
    };
    let mut parts = Vec::new();
    let mut at = skip(0, true);
    while at < bytes.len() {
        if parts.len() == max {
            parts.push((at, bytes.len()));
            break;
        }
        let end = skip(at, false);
        parts.push((at, end));
        at = skip(end, true);
    }
    parts
}

/// The same from the right; still in order.
pub fn rsplit_space(bytes: &[u8], max: usize) -> Vec<(usize, usize)> {
    let skip = |mut at: usize, space: bool| {
        while at > 0 && is_space(bytes[at - 1]) == space {
            at -= 1;
        }
        at
    };
    let mut parts = Vec::new();
    let mut end = skip(bytes.len(), true);
    while end > 0 {
        if parts.len() == max {
            parts.push((0, end));
            break;
        }
        let start = skip(end, false);
        parts.push((start, end));
        end = skip(start, true);
    }
    parts.reverse();
    parts
}

/// Byte ranges of the parts between `separator`s.
pub fn split_on(bytes: &[u8], separator: &[u8], max: usize) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let mut start = 0;
    if max > 0 {
        for at in super::search::find_all(bytes, separator).take(max) {
            parts.push((start, at));
            start = at + separator.len();
        }
    }
    parts.push((start, bytes.len()));
    parts
}

/// The same from the right; still in order.
pub fn rsplit_on(bytes: &[u8], separator: &[u8], max: usize) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let mut end = bytes.len();
    while parts.len() < max
        && let Some(at) = super::search::rfind(&bytes[..end], separator)
    {
        parts.push((at + separator.len(), end));
        end = at;
    }
    parts.push((0, end));
    parts.reverse();
    parts
}

/// Byte ranges of lines, which end with `\n`, `\r` or both.
pub fn split_lines(bytes: &[u8], keep_ends: bool) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let Some(end) = memchr::memchr2(b'\n', b'\r', &bytes[start..]).map(|i| start + i) else {
            parts.push((start, bytes.len()));
            break;
        };
        let next = if bytes[end] == b'\r' && bytes.get(end + 1) == Some(&b'\n') {
            end + 2
        } else {
            end + 1
        };
        parts.push((start, if keep_ends { next } else { end }));
        start = next;
    }
    parts
}

/// The range that is left when bytes in `set` (`None`: whitespace) are removed at the ends.
pub fn strip(bytes: &[u8], set: Option<&[u8]>, left: bool, right: bool) -> (usize, usize) {
    let test = |b: u8| set.map_or_else(|| is_space(b), |s| s.contains(&b));
    let mut from = 0;
    while left && from < bytes.len() && test(bytes[from]) {
        from += 1;
    }
    let mut to = bytes.len();
    while right && to > from && test(bytes[to - 1]) {
        to -= 1;
    }
    (from, to)
}

/// First letters of words upper case, others lower case.
pub fn title(bytes: &[u8]) -> Vec<u8> {
    let mut in_word = false;
    let change = |b: &u8| {
        let changed = if in_word {
            b.to_ascii_lowercase()
        } else {
            b.to_ascii_uppercase()
        };
        in_word = b.is_ascii_alphabetic();
        changed
    };
    bytes.iter().map(change).collect()
}

pub fn capitalize(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

pub fn swap_case(bytes: &[u8]) -> Vec<u8> {
    let swap = |b: &u8| {
        if b.is_ascii_uppercase() {
            b.to_ascii_lowercase()
        } else {
            b.to_ascii_uppercase()
        }
    };
    bytes.iter().map(swap).collect()
}

/// `islower` or `isupper`: some letter, none of the other case.
pub fn is_all_case(bytes: &[u8], upper: bool) -> bool {
    let has_upper = bytes.iter().any(u8::is_ascii_uppercase);
    let has_lower = bytes.iter().any(u8::is_ascii_lowercase);
    if upper {
        has_upper && !has_lower
    } else {
        has_lower && !has_upper
    }
}

pub fn is_title(bytes: &[u8]) -> bool {
    let (mut found, mut in_word) = (false, false);
    for b in bytes {
        if (b.is_ascii_uppercase() && in_word) || (b.is_ascii_lowercase() && !in_word) {
            return false;
        }
        in_word = b.is_ascii_alphabetic();
        found |= in_word;
    }
    found
}

/// Tabs replaced by spaces; `None` if the result is too long.
pub fn expand_tabs(bytes: &[u8], tab: usize) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut column = 0;
    for &b in bytes {
        if b == b'\t' {
            if tab > 0 {
                let n = tab - column % tab;
                out.try_reserve(n).ok()?;
                out.resize(out.len() + n, b' ');
                column += n;
            }
            continue;
        }
        out.push(b);
        column = if b == b'\n' || b == b'\r' {
            0
        } else {
            column + 1
        };
    }
    Some(out)
}

/// `left` and `right` fill bytes around; `None` if there is not that much memory.
pub fn pad(bytes: &[u8], left: usize, right: usize, fill: u8) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    out.try_reserve_exact(bytes.len().checked_add(left)?.checked_add(right)?)
        .ok()?;
    out.resize(left, fill);
    out.extend_from_slice(bytes);
    out.resize(out.len() + right, fill);
    Some(out)
}

/// Zeros between sign and digits up to `width`.
pub fn zero_fill(bytes: &[u8], width: usize) -> Option<Vec<u8>> {
    let zeros = width.saturating_sub(bytes.len());
    let mut out = pad(bytes, zeros, 0, b'0')?;
    if zeros > 0
        && let Some(sign @ (b'+' | b'-')) = bytes.first()
    {
        out[zeros] = b'0';
        out[0] = *sign;
    }
    Some(out)
}

/// The empty text is found before every byte and at the end.
pub fn interleave(bytes: &[u8], with: &[u8], max: usize) -> Option<Vec<u8>> {
    let count = max.min(bytes.len() + 1);
    let mut out = Vec::new();
    out.try_reserve_exact(with.len().checked_mul(count)?.checked_add(bytes.len())?)
        .ok()?;
    for i in 0..count {
        out.extend_from_slice(with);
        out.extend(bytes.get(i));
    }
    out.extend_from_slice(bytes.get(count..).unwrap_or_default());
    Some(out)
}

/// Bytes mapped through `table`, those in `delete` left out.
pub fn translate(bytes: &[u8], table: Option<&[u8]>, delete: &[u8]) -> Vec<u8> {
    let mut keep = [true; 256];
    delete.iter().for_each(|&b| keep[usize::from(b)] = false);
    let kept = bytes.iter().copied().filter(|&b| keep[usize::from(b)]);
    match table {
        Some(table) => kept.map(|b| table[usize::from(b)]).collect(),
        None => kept.collect(),
    }
}

/// `bytes` `n` times; `None` if there is not that much memory.
pub fn repeat(bytes: &[u8], n: usize) -> Option<Vec<u8>> {
    let len = bytes
        .len()
        .checked_mul(n)
        .filter(|&n| n <= isize::MAX as usize)?;
    let mut out = Vec::new();
    out.try_reserve_exact(len).ok()?;
    if len > 0 {
        out.extend_from_slice(bytes);
        while out.len() < len {
            let part = out.len().min(len - out.len());
            out.extend_from_within(..part);
        }
    }
    Some(out)
}
