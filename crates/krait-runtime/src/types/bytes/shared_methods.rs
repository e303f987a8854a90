//! The table of methods that `bytes` and `bytearray` have in common.

/// Defines the method table `$table` for the type `$T`.
macro_rules! shared_methods {
    ($table:ident, $T:ident) => {
        pub(super) struct $table;

        #[krait_macros::pymethods]
        impl $table {
            /// Return len(self).
            #[py(sig = "($self, /)")]
            fn __len__(this: Gc<$T>) -> usize {
                this.len()
            }

            /// Return self+value.
            #[py(sig = "($self, value, /)")]
            fn __add__(cx: &mut Cx, this: Gc<$T>, value: Value) -> PyResult<Gc<$T>> {
                shared::concat(cx, this, value)
            }

            /// Return self*value.
            #[py(sig = "($self, value, /)")]
            fn __mul__(cx: &mut Cx, this: Gc<$T>, value: Value) -> PyResult<Gc<$T>> {
                shared::repeat(cx, this, value)
            }

            /// Return value*self.
            #[py(sig = "($self, value, /)")]
            fn __rmul__(cx: &mut Cx, this: Gc<$T>, value: Value) -> PyResult<Gc<$T>> {
                shared::repeat(cx, this, value)
            }

            /// Return self%value.
            #[py(sig = "($self, value, /)")]
            fn __mod__(cx: &mut Cx, this: Gc<$T>, value: Value) -> PyResult<Gc<$T>> {
                let format = this.as_bytes().to_vec();
                let out = <$T as ByteString>::held(cx, this, |cx| {
                    Percent::format_bytes(cx, &format, value)
                })?;
                $T::from_slice(cx, &out)
            }

            /// Return value%self.
            #[py(sig = "($self, value, /)")]
            fn __rmod__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
                let Some(format) = Gc::<$T>::from_value(value) else {
                    return Ok(Value::not_implemented());
                };
                let format = format.as_bytes().to_vec();
                let out = Percent::format_bytes(cx, &format, this)?;
                Ok($T::from_slice(cx, &out)?.value())
            }

            /// Return bool(key in self).
            #[py(sig = "($self, key, /)")]
            fn __contains__(cx: &mut Cx, this: Gc<$T>, key: Value) -> PyResult<bool> {
                let needle = <$T as shared::ByteString>::held(cx, this, |cx| {
                    Needle::of(cx, key, |got| {
                        format!("a bytes-like object is required, not '{got}'")
                    })
                })?;
                Ok(search::find(this.as_bytes(), needle.as_slice()).is_some())
            }

            /// Decode the bytes using the codec registered for encoding.
            ///
            ///   encoding
            ///     The encoding with which to decode the bytes.
            ///   errors
            ///     The error handling scheme to use for the handling of decoding errors.
            ///     The default is 'strict' meaning that decoding errors raise a
            ///     UnicodeDecodeError. Other possible values are 'ignore' and 'replace'
            ///     as well as any other name registered with codecs.register_error that
            ///     can handle UnicodeDecodeErrors.
            #[py(sig = "($self, /, encoding='utf-8', errors='strict')")]
            fn decode(
                cx: &mut Cx,
                this: Gc<$T>,
                encoding: Option<Value>,
                errors: Option<Value>,
            ) -> PyResult<Value> {
                let encoding = text_arg(cx, encoding, "decode", "encoding")?;
                let errors = text_arg(cx, errors, "decode", "errors")?;
                cx.decode_object(
                    this.value(),
                    encoding.map(StrArg::as_str),
                    errors.map(StrArg::as_str),
                )
            }

            /// Return the lowest index in B where subsection sub is found, such that sub is contained within B[start:end].
            ///
            /// Return -1 on failure.
            #[py(sig = "($self, sub[, start[, end]], /)")]
            fn find(
                cx: &mut Cx,
                this: Gc<$T>,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<isize> {
                Ok(shared::locate(cx, this, sub, (start, end), search::find)?
                    .map_or(-1, |i| i as isize))
            }

            /// Return the highest index in B where subsection sub is found, such that sub is contained within B[start:end].
            ///
            /// Return -1 on failure.
            #[py(sig = "($self, sub[, start[, end]], /)")]
            fn rfind(
                cx: &mut Cx,
                this: Gc<$T>,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<isize> {
                Ok(shared::locate(cx, this, sub, (start, end), search::rfind)?
                    .map_or(-1, |i| i as isize))
            }

            /// Return the lowest index in B where subsection sub is found, such that sub is contained within B[start:end].
            ///
            /// Raise ValueError if the subsection is not found.
            #[py(sig = "($self, sub[, start[, end]], /)")]
            fn index(
                cx: &mut Cx,
                this: Gc<$T>,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<usize> {
                match shared::locate(cx, this, sub, (start, end), search::find)? {
                    Some(i) => Ok(i),
                    None => Err(cx.value_error("subsection not found")),
                }
            }

            /// Return the highest index in B where subsection sub is found, such that sub is contained within B[start:end].
            ///
            /// Raise ValueError if the subsection is not found.
            #[py(sig = "($self, sub[, start[, end]], /)")]
            fn rindex(
                cx: &mut Cx,
                this: Gc<$T>,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<usize> {
                match shared::locate(cx, this, sub, (start, end), search::rfind)? {
                    Some(i) => Ok(i),
                    None => Err(cx.value_error("subsection not found")),
                }
            }

            /// Return the number of non-overlapping occurrences of subsection sub in bytes B[start:end].
            #[py(sig = "($self, sub[, start[, end]], /)")]
            fn count(
                cx: &mut Cx,
                this: Gc<$T>,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<usize> {
                shared::count(cx, this, sub, (start, end))
            }

            /// Return True if the bytes start with the specified prefix (or one of a tuple), False otherwise.
            #[py(sig = "($self, prefix[, start[, end]], /)")]
            fn startswith(
                cx: &mut Cx,
                this: Gc<$T>,
                prefix: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<bool> {
                shared::affix(cx, this, "startswith", prefix, (start, end), |b, part| {
                    b.starts_with(part)
                })
            }

            /// Return True if the bytes end with the specified suffix (or one of a tuple), False otherwise.
            #[py(sig = "($self, suffix[, start[, end]], /)")]
            fn endswith(
                cx: &mut Cx,
                this: Gc<$T>,
                suffix: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<bool> {
                shared::affix(cx, this, "endswith", suffix, (start, end), |b, part| {
                    b.ends_with(part)
                })
            }

            /// Return a copy with all occurrences of old replaced by new.
            ///
            ///   count
            ///     Maximum number of occurrences to replace.
            ///     -1 (the default value) means replace all occurrences.
            #[py(sig = "($self, old, new, count=-1, /)")]
            fn replace(
                cx: &mut Cx,
                this: Gc<$T>,
                old: BytesArg,
                new: BytesArg,
                count: Option<isize>,
            ) -> PyResult<Gc<$T>> {
                shared::replace(cx, this, old.as_slice(), new.as_slice(), count)
            }

            /// Return a copy with the given prefix removed if present.
            #[py(sig = "($self, prefix, /)")]
            fn removeprefix(cx: &mut Cx, this: Gc<$T>, prefix: BytesArg) -> PyResult<Gc<$T>> {
                let bytes = this.as_bytes();
                let cut = if bytes.starts_with(prefix.as_slice()) {
                    prefix.as_slice().len()
                } else {
                    0
                };
                shared::part(cx, this, (cut, bytes.len()))
            }

            /// Return a copy with the given suffix removed if present.
            #[py(sig = "($self, suffix, /)")]
            fn removesuffix(cx: &mut Cx, this: Gc<$T>, suffix: BytesArg) -> PyResult<Gc<$T>> {
                let bytes = this.as_bytes();
                let cut = if bytes.ends_with(suffix.as_slice()) {
                    suffix.as_slice().len()
                } else {
                    0
                };
                shared::part(cx, this, (0, bytes.len() - cut))
            }

            /// Return a list of the sections in the bytes, using sep as the delimiter.
            ///
            ///   sep
            ///     The delimiter according which to split the bytes.
            ///     None (the default value) means split on ASCII whitespace.
            ///   maxsplit
            ///     Maximum number of splits to do.
            ///     -1 (the default value) means no limit.
            #[py(sig = "($self, /, sep=None, maxsplit=-1)")]
            fn split(
                cx: &mut Cx,
                this: Gc<$T>,
                sep: Option<Value>,
                maxsplit: Option<isize>,
            ) -> PyResult<Gc<List>> {
                let sep =
                    <$T as shared::ByteString>::held(cx, this, |cx| shared::separator(cx, sep))?;
                let bytes = this.as_bytes();
                let ranges = match sep {
                    Some(sep) => ops::split_on(bytes, sep.as_bytes(), shared::limit(maxsplit)),
                    None => ops::split_space(bytes, shared::limit(maxsplit)),
                };
                shared::parts::<$T>(cx, bytes, &ranges)
            }

            /// Return a list of the sections in the bytes, using sep as the delimiter.
            ///
            /// Splitting is done starting at the end of the bytes and working to the front.
            #[py(sig = "($self, /, sep=None, maxsplit=-1)")]
            fn rsplit(
                cx: &mut Cx,
                this: Gc<$T>,
                sep: Option<Value>,
                maxsplit: Option<isize>,
            ) -> PyResult<Gc<List>> {
                let sep =
                    <$T as shared::ByteString>::held(cx, this, |cx| shared::separator(cx, sep))?;
                let bytes = this.as_bytes();
                let ranges = match sep {
                    Some(sep) => ops::rsplit_on(bytes, sep.as_bytes(), shared::limit(maxsplit)),
                    None => ops::rsplit_space(bytes, shared::limit(maxsplit)),
                };
                shared::parts::<$T>(cx, bytes, &ranges)
            }

            /// Return a list of the lines in the bytes, breaking at line boundaries.
            ///
            /// Line breaks are not included in the resulting list unless keepends is given and
            /// true.
            #[py(sig = "($self, /, keepends=False)")]
            fn splitlines(cx: &mut Cx, this: Gc<$T>, keepends: Option<bool>) -> PyResult<Gc<List>> {
                let bytes = this.as_bytes();
                shared::parts::<$T>(
                    cx,
                    bytes,
                    &ops::split_lines(bytes, keepends.unwrap_or(false)),
                )
            }

            /// Partition the bytes into three parts using the given separator.
            #[py(sig = "($self, sep, /)")]
            fn partition(cx: &mut Cx, this: Gc<$T>, sep: Value) -> PyResult<Value> {
                shared::partition(cx, this, sep, false)
            }

            /// Partition the bytes into three parts using the given separator, searched from the end.
            #[py(sig = "($self, sep, /)")]
            fn rpartition(cx: &mut Cx, this: Gc<$T>, sep: Value) -> PyResult<Value> {
                shared::partition(cx, this, sep, true)
            }

            /// Concatenate any number of bytes-like objects, with the object itself in between each pair.
            #[py(sig = "($self, iterable_of_bytes, /)")]
            fn join(cx: &mut Cx, this: Gc<$T>, iterable: Value) -> PyResult<Gc<$T>> {
                shared::join(cx, this, iterable)
            }

            /// Strip leading and trailing bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip leading and trailing ASCII whitespace.
            #[py(sig = "($self, bytes=None, /)")]
            fn strip(cx: &mut Cx, this: Gc<$T>, bytes: Option<Value>) -> PyResult<Gc<$T>> {
                let set = strip_set(cx, bytes)?;
                let range = ops::strip(this.as_bytes(), set, true, true);
                shared::part(cx, this, range)
            }

            /// Strip leading bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip leading ASCII whitespace.
            #[py(sig = "($self, bytes=None, /)")]
            fn lstrip(cx: &mut Cx, this: Gc<$T>, bytes: Option<Value>) -> PyResult<Gc<$T>> {
                let set = strip_set(cx, bytes)?;
                let range = ops::strip(this.as_bytes(), set, true, false);
                shared::part(cx, this, range)
            }

            /// Strip trailing bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip trailing ASCII whitespace.
            #[py(sig = "($self, bytes=None, /)")]
            fn rstrip(cx: &mut Cx, this: Gc<$T>, bytes: Option<Value>) -> PyResult<Gc<$T>> {
                let set = strip_set(cx, bytes)?;
                let range = ops::strip(this.as_bytes(), set, false, true);
                shared::part(cx, this, range)
            }

            /// Return a centered copy of length width, padded with the fill byte (default: a space).
            #[py(sig = "($self, width, fillchar=b' ', /)")]
            fn center(
                cx: &mut Cx,
                this: Gc<$T>,
                width: isize,
                fillchar: Option<Value>,
            ) -> PyResult<Gc<$T>> {
                let fill = fill_byte(cx, fillchar, "center")?;
                let padding = shared::padding(this.len(), width, true);
                shared::padded(cx, this, padding, fill)
            }

            /// Return a left-justified copy of length width, padded with the fill byte (default: a space).
            #[py(sig = "($self, width, fillchar=b' ', /)")]
            fn ljust(
                cx: &mut Cx,
                this: Gc<$T>,
                width: isize,
                fillchar: Option<Value>,
            ) -> PyResult<Gc<$T>> {
                let fill = fill_byte(cx, fillchar, "ljust")?;
                let padding = shared::padding(this.len(), width, false);
                shared::padded(cx, this, padding, fill)
            }

            /// Return a right-justified copy of length width, padded with the fill byte (default: a space).
            #[py(sig = "($self, width, fillchar=b' ', /)")]
            fn rjust(
                cx: &mut Cx,
                this: Gc<$T>,
                width: isize,
                fillchar: Option<Value>,
            ) -> PyResult<Gc<$T>> {
                let fill = fill_byte(cx, fillchar, "rjust")?;
                let (left, right) = shared::padding(this.len(), width, false);
                shared::padded(cx, this, (right, left), fill)
            }

            /// Pad with zeros on the left, to fill a field of the given width; never truncated.
            #[py(sig = "($self, width, /)")]
            fn zfill(cx: &mut Cx, this: Gc<$T>, width: isize) -> PyResult<Gc<$T>> {
                let width = width.max(0) as usize;
                if width <= this.len() {
                    return <$T as ByteString>::unchanged(cx, this);
                }
                shared::filled(cx, ops::zero_fill(this.as_bytes(), width), width)
            }

            /// Return a copy where all tab characters are expanded using spaces.
            #[py(sig = "($self, /, tabsize=8)")]
            fn expandtabs(cx: &mut Cx, this: Gc<$T>, tabsize: Option<i32>) -> PyResult<Gc<$T>> {
                let tab = tabsize.unwrap_or(8).max(0) as usize;
                shared::made(cx, ops::expand_tabs(this.as_bytes(), tab))
            }

            /// Return a copy with each byte mapped by the table.
            ///
            ///   table
            ///     Translation table, which must be a bytes object of length 256, or None.
            ///
            /// Bytes in the optional argument delete are removed before.
            #[py(sig = "($self, table, /, delete=b'')")]
            fn translate(
                cx: &mut Cx,
                this: Gc<$T>,
                table: Value,
                delete: Option<Value>,
            ) -> PyResult<Gc<$T>> {
                shared::translate(cx, this, table, delete)
            }

            /// Return a translation table usable for the translate method.
            ///
            /// Each byte in frm is mapped to the byte at the same position in to.
            #[py(staticmethod, hide_sig, sig = "(frm, to, /)")]
            fn maketrans(cx: &mut Cx, frm: Value, to: Value) -> PyResult<Gc<Bytes>> {
                shared::maketrans(cx, frm, to)
            }

            /// Create an object from a string of hexadecimal numbers.
            ///
            /// Spaces between two numbers are accepted.
            #[py(classmethod, sig = "($type, string, /)")]
            fn fromhex(cx: &mut Cx, class: Value, string: Value) -> PyResult<Value> {
                let bytes = parse_hex(cx, string)?;
                let made = $T::from_slice(cx, &bytes)?.value();
                if Gc::<Type>::from_value(class) == Some(<$T as ByteString>::class(cx)) {
                    return Ok(made);
                }
                cx.call(class, &[made])
            }

            #[py(
                sig = "($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
                doc = r"Create a string of hexadecimal numbers.

  sep
    An optional single character or byte to separate hex bytes.
  bytes_per_sep
    How many bytes between separators. Positive values count from the
    right, negative values count from the left.

>>> bytes([18, 52, 171]).hex()
'1234ab'
>>> bytearray([18, 52, 171]).hex('-')
'12-34-ab'
>>> bytes([18, 52, 171]).hex('-', 2)
'12-34ab'
>>> bytearray([18, 52, 171]).hex('-', -2)
'1234-ab'
"
            )]
            fn hex(
                cx: &mut Cx,
                this: Gc<$T>,
                sep: Option<Value>,
                bytes_per_sep: Option<i32>,
            ) -> PyResult<Value> {
                let groups = match sep {
                    // The separator's length may be a Python method.
                    Some(_) => <$T as ByteString>::held(cx, this, |cx| {
                        HexGroups::of(cx, sep, bytes_per_sep)
                    })?,
                    None => HexGroups::of(cx, None, bytes_per_sep)?,
                };
                Ok(cx.new_ascii(&hex(this.as_bytes(), groups)))
            }

            /// Return a copy with all ASCII letters lowercase.
            #[py(sig = "($self, /)")]
            fn lower(cx: &mut Cx, this: Gc<$T>) -> PyResult<Gc<$T>> {
                $T::from_slice(cx, &this.as_bytes().to_ascii_lowercase())
            }

            /// Return a copy with all ASCII letters uppercase.
            #[py(sig = "($self, /)")]
            fn upper(cx: &mut Cx, this: Gc<$T>) -> PyResult<Gc<$T>> {
                $T::from_slice(cx, &this.as_bytes().to_ascii_uppercase())
            }

            /// Return a copy whose words start with an uppercase ASCII letter and go on in lowercase.
            #[py(sig = "($self, /)")]
            fn title(cx: &mut Cx, this: Gc<$T>) -> PyResult<Gc<$T>> {
                $T::from_slice(cx, &ops::title(this.as_bytes()))
            }

            /// Return a copy with the first byte uppercase and the others lowercase.
            #[py(sig = "($self, /)")]
            fn capitalize(cx: &mut Cx, this: Gc<$T>) -> PyResult<Gc<$T>> {
                $T::from_slice(cx, &ops::capitalize(this.as_bytes()))
            }

            /// Return a copy with uppercase ASCII letters lowercase and vice versa.
            #[py(sig = "($self, /)")]
            fn swapcase(cx: &mut Cx, this: Gc<$T>) -> PyResult<Gc<$T>> {
                $T::from_slice(cx, &ops::swap_case(this.as_bytes()))
            }

            /// Return True if all bytes are ASCII; empty bytes are.
            #[py(sig = "($self, /)")]
            fn isascii(this: Gc<$T>) -> bool {
                this.as_bytes().is_ascii()
            }

            /// Return True if all bytes are ASCII letters and there is at least one.
            #[py(sig = "($self, /)")]
            fn isalpha(this: Gc<$T>) -> bool {
                !this.is_empty() && this.as_bytes().iter().all(u8::is_ascii_alphabetic)
            }

            /// Return True if all bytes are ASCII letters or digits and there is at least one.
            #[py(sig = "($self, /)")]
            fn isalnum(this: Gc<$T>) -> bool {
                !this.is_empty() && this.as_bytes().iter().all(u8::is_ascii_alphanumeric)
            }

            /// Return True if all bytes are ASCII digits and there is at least one.
            #[py(sig = "($self, /)")]
            fn isdigit(this: Gc<$T>) -> bool {
                !this.is_empty() && this.as_bytes().iter().all(u8::is_ascii_digit)
            }

            /// Return True if all bytes are ASCII whitespace and there is at least one.
            #[py(sig = "($self, /)")]
            fn isspace(this: Gc<$T>) -> bool {
                !this.is_empty() && this.as_bytes().iter().all(|b| ops::is_space(*b))
            }

            /// Return True if there are lowercase ASCII letters and no uppercase ones.
            #[py(sig = "($self, /)")]
            fn islower(this: Gc<$T>) -> bool {
                ops::is_all_case(this.as_bytes(), false)
            }

            /// Return True if there are uppercase ASCII letters and no lowercase ones.
            #[py(sig = "($self, /)")]
            fn isupper(this: Gc<$T>) -> bool {
                ops::is_all_case(this.as_bytes(), true)
            }

            /// Return True if uppercase letters only follow uncased bytes and lowercase ones only cased ones.
            #[py(sig = "($self, /)")]
            fn istitle(this: Gc<$T>) -> bool {
                ops::is_title(this.as_bytes())
            }
        }
    };
}
pub(crate) use shared_methods;
