import io
s = io.StringIO("line 1\nline 2\n")
print(s.readline(), list(s), s.seek(0), s.read(4), s.tell(), s.write("XX"), s.getvalue())
b = io.BytesIO(b"abc")
print(b.read(2), b.seek(0, 2), b.write(b"de"), b.getvalue(), b.getbuffer()[0])
t = io.TextIOWrapper(io.BytesIO("é\r\nx\n".encode()), encoding="utf-8")
print(t.readlines(), t.encoding, t.errors, t.line_buffering)
s.close()
try:
    s.read()
except ValueError as e:
    print(e)
