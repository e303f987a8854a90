"""Text streams whose buffers and texts use them while they are used."""

import io


def show(use):
    try:
        print(use())
    except Exception as e:
        print(repr(e))


t = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
for value in (0, -1, "x", 2**63, -(2**1000), 1.5, 16):
    show(lambda: setattr(t, "_CHUNK_SIZE", value))
show(lambda: delattr(t, "_CHUNK_SIZE"))
print(t._CHUNK_SIZE)
t.detach()
for use in (lambda: t.errors, lambda: t.encoding, lambda: t.line_buffering, lambda: repr(t),
            lambda: t.newlines, lambda: t.buffer, t.detach, t.flush, lambda: t.write("a")):
    show(use)
t = io.TextIOWrapper.__new__(io.TextIOWrapper)
for use in (lambda: t.errors, lambda: t.encoding, lambda: repr(t), lambda: t.buffer):
    show(use)

# A stream that cannot seek keeps what it has decoded when it is written to.
pair = io.BufferedRWPair(io.BytesIO(b"foo\nbar\n"), io.BytesIO())
t = io.TextIOWrapper(pair, encoding="ascii")
print(repr(t.readline()), t.write("x"), repr(t.readline()))


class Text(str):
    def replace(self, *args):
        print(args)
        return self.effect()


def write(effect):
    Text.effect = lambda self: effect()
    return t.write(Text("a\n"))


def close():
    t.close()
    return "b"


def detach():
    t.detach()
    return "b"


for effect in (lambda: None, lambda: "bc", close, detach):
    t = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="\r\n")
    show(lambda: write(effect))


class WritesAgain(io.BytesIO):
    written = False
    pieces = []

    def write(self, data):
        if not self.written:
            self.written = True
            t.write("middle")
        self.pieces.append(len(data))
        return super().write(data)


t = io.TextIOWrapper(WritesAgain(), encoding="ascii")
t.write("abc")
t.write("def")
t.write("g" * 8192)
t.flush()
print(WritesAgain.pieces)


class DetachesOnRead(io.RawIOBase):
    detached = False

    def readable(self):
        return True

    def readinto(self, target):
        if self.detached:
            return 0
        self.detached = True
        t.detach()
        target[:3] = b"ab\n"
        return 3


for method in ("read", "readline"):
    t = io.TextIOWrapper(io.BufferedReader(DetachesOnRead()), encoding="utf-8")
    show(getattr(t, method))
    show(lambda: t.buffer)


class DetachesOnFlush(io.BufferedRandom):
    wrapper = None

    def flush(self):
        wrapper, self.wrapper = self.wrapper, None
        if wrapper is not None:
            wrapper.detach()
            wrapper.flush()


for use in (lambda: t.truncate(0), lambda: t.close(), lambda: t.detach(), lambda: t.seek(0), lambda: t.tell(),
            lambda: t.reconfigure(line_buffering=True)):
    buffer = DetachesOnFlush(io.BytesIO())
    buffer.wrapper = t = io.TextIOWrapper(buffer, encoding="utf-8")
    show(use)
