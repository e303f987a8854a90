# The characters of an array are decoded as UTF-32, with a mark of the order of bytes and without surrogates.
import array

swapped = array.array("w", "a")
swapped.byteswap()
for a in array.array("w", "\ufeffa"), array.array("w", "b\ud800"), swapped:
    for f in a.tounicode, a.__repr__, a.tolist:
        try:
            print(ascii(f()))
        except ValueError as e:
            print(type(e).__name__, e)
for value in array.array("f"), 1:
    try:
        array.array("b", [1])[slice("a")] = value
    except TypeError as e:
        print(e)
