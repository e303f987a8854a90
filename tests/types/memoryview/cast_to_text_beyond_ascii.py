# A format that is not ASCII is refused by the codec.
for f in ('é', 'a\xe9\xfcb', '\ud800', '', 'ab'):
    try:
        print(memoryview(b'abcd').cast(f))
    except ValueError as e:
        print(ascii(repr(e)))
