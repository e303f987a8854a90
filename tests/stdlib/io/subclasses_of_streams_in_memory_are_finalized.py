# Streams in memory are not finalized, as nobody could tell; those of subclasses are.
import gc
import io


class Bytes(io.BytesIO):
    def close(self):
        print("bytes", self.getvalue())
        super().close()


class Text(io.StringIO):
    def close(self):
        print("text", self.getvalue())
        super().close()


def make():
    io.BytesIO(b"plain"), io.StringIO("plain")
    Bytes(b"abc")
    Text("def")



def use_stack(n):
    return n and use_stack(n - 1)


make()
use_stack(20)
gc.collect()
