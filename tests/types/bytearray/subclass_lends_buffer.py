class Both(bytearray):
    def __buffer__(self, flags):
        print("lent")
        return super().__buffer__(flags)

    def __release_buffer__(self, view):
        print("back", view.tobytes())
        super().__release_buffer__(view)


b = Both(b"abc")
with memoryview(b) as m:
    print(m.tobytes())
b.append(1)
print(bytes(b))


class Other(bytearray):
    def __buffer__(self, flags):
        return memoryview(b"other")

    def __release_buffer__(self, view):
        try:
            super().__release_buffer__(view)
        except ValueError as e:
            print(e)


with memoryview(Other(b"abc")) as m:
    print(m.tobytes())
