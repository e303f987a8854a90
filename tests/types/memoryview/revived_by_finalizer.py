"""A view that a finalizer brings back to life still counts for its exporter, and is released once."""

import array
import gc
import io

kept = []


class Releases:
    def __del__(self):
        print("finalized:", self.view[0])
        self.view.release()
        kept.append(self.exporter)


class Keeps:
    def __del__(self):
        kept.extend((self.exporter, self.view))


def make(cls, exporter, view):
    dropped = cls()
    dropped.me = dropped
    dropped.exporter = exporter
    dropped.view = view


def try_to_grow(exporter):
    try:
        if isinstance(exporter, io.BytesIO):
            exporter.seek(0, io.SEEK_END)
            exporter.write(b"!")
            return exporter.getvalue()
        exporter.extend(b"!")
        return bytes(exporter)
    except BufferError as e:
        return e


def exporters():
    for exporter in (bytearray(b"xyz"), array.array("b", b"xyz")):
        yield exporter, memoryview(exporter)
    exporter = io.BytesIO(b"xyz")
    yield exporter, exporter.getbuffer()


for exporter, view in exporters():
    make(Releases, exporter, view)
    del exporter, view
    gc.collect()
    exporter = kept.pop()
    print(try_to_grow(exporter))
    print(try_to_grow(exporter))

for exporter, view in exporters():
    make(Keeps, exporter, view)
    del exporter, view
    gc.collect()
    exporter, view = kept
    kept.clear()
    gc.collect()
    print(try_to_grow(exporter))
    print(bytes(view))
    view.release()
    print(try_to_grow(exporter))
