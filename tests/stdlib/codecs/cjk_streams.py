# Readers and writers of streams.
import _codecs_cn
import _multibytecodec
import codecs
import io


class Reader(_multibytecodec.MultibyteStreamReader):
    codec = _codecs_cn.getcodec("gbk")


class Writer(_multibytecodec.MultibyteStreamWriter):
    codec = _codecs_cn.getcodec("hz")


class Text:
    def read(self, *size):
        return "text"


def run(*acts):
    for act in acts:
        try:
            print(ascii(act()))
        except Exception as e:
            print(type(e).__name__, e)


data = "\u4e2d\u6587abc\nd\u4e2d\n".encode("gbk")
r = Reader(io.BytesIO(data))
run(lambda: r.read(1), lambda: r.read(0), lambda: r.read(), lambda: r.readline(), lambda: r.readlines())
run(lambda: r.errors, lambda: r.reset(), lambda: r.read("a"), lambda: r.read(None), lambda: r.read(-1))
r = Reader(io.BytesIO(data), "replace")
run(lambda: r.readline(1), lambda: r.readline(), lambda: r.readlines(1), lambda: r.errors)
run(lambda: Reader(io.BytesIO(b"\x81")).read(), lambda: Reader(io.BytesIO(b"\x81"), "replace").read())
run(lambda: Reader(Text()).read(), lambda: Reader(3).read())
out = io.BytesIO()
w = Writer(out)
run(lambda: w.write("\u4e2d"), lambda: w.write(3), lambda: w.writelines(["a", "\u4e2d"]), lambda: w.writelines(3))
run(lambda: w.writelines("ab"), lambda: w.writelines({1}), lambda: w.stream is out, lambda: w.write("\u4e2d"))
run(lambda: w.reset(), lambda: out.getvalue())


class NoCodec(_multibytecodec.MultibyteStreamReader):
    codec = 3


run(lambda: NoCodec(out), lambda: _multibytecodec.MultibyteStreamWriter(out))
with io.TextIOWrapper(io.BytesIO(), encoding="euc_jp") as f:
    f.write("\u3042\uff71\u4e02\n" * 3)
    f.seek(0)
    print(ascii(f.readline()))
    place = f.tell()
    print(place, ascii(f.read(2)), f.seek(place), ascii(f.read()))
print(codecs.lookup("sjis").name, codecs.lookup("EUC-JP").name, codecs.lookup("ms936").name)
