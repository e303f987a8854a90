# A slice does not become a number of any kind.
class Floating:
    def __float__(self):
        return 1.0


for value in 1, 1.5, 2j, Floating(), "text":
    for key in slice(0, 0), slice(None, None, 2):
        try:
            bytearray(b"abcd")[key] = value
        except TypeError as e:
            print(e)
