import dis, io
out = io.StringIO()
def f(a, b): return a + b
dis.dis(f, file=out)
print(len(out.getvalue()) > 0)
