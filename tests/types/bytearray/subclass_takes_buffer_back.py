kept = None


class C(bytearray):
    def __release_buffer__(self, view):
        global kept
        kept = view
        print(view.tobytes())
        for use in (memoryview, lambda v: v.cast("b"), lambda v: v.toreadonly(), lambda v: v[:1],
                    lambda v: v.__buffer__(0)):
            try:
                use(view)
            except ValueError as e:
                print(e)
        super().__release_buffer__(view)


c = C(b"hello")
with memoryview(c) as m:
    print(m.tobytes())
c.clear()
try:
    kept.tobytes()
except ValueError as e:
    print(e)
