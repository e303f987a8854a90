# What a pickler and an unpickler let a program decide.
import copyreg
import io
import pickle


class Database:
    def __init__(self, key):
        self.key = key


class P(pickle.Pickler):
    def persistent_id(self, obj):
        return obj.key if isinstance(obj, Database) else None

    def reducer_override(self, obj):
        if obj is len:
            return "sum"
        if isinstance(obj, complex):
            return complex, (obj.real,)
        return NotImplemented


class U(pickle.Unpickler):
    def persistent_load(self, pid):
        return "database " + repr(pid)

    def find_class(self, module, name):
        print("find", module, name)
        return super().find_class(module, name)


for protocol in (0, 2, 5):
    f = io.BytesIO()
    P(f, protocol).dump([Database("k"), 1j, 2])
    print(f.getvalue())
    f.seek(0)
    print(U(f).load())

f = io.BytesIO()
p = pickle.Pickler(f, 4)
p.persistent_id = lambda obj: 7 if obj == "seven" else None
p.dump(["seven", "eight"])
u = pickle.Unpickler(io.BytesIO(f.getvalue()))
u.persistent_load = lambda pid: pid * 2
print(u.load(), u.memo.copy())
del p.persistent_id
print(p.persistent_id("seven"))

f = io.BytesIO()
p = pickle.Pickler(f)
p.dispatch_table = {complex: lambda c: (complex, (1, 2))}
p.dump(5j)
print(pickle.loads(f.getvalue()))
del p.dispatch_table
try:
    p.dispatch_table
except AttributeError as e:
    print(type(e).__name__)
print(sorted(entry[0] for entry in p.memo.copy().values()))
p.clear_memo()
print(p.memo.copy(), p.bin, p.fast)

f = io.BytesIO()
p = pickle.Pickler(f, 4)
p.fast = True
a = [1]
p.dump([a, a])
print(f.getvalue())
cycle = []
cycle.append(cycle)
try:
    p.dump(cycle)
except (ValueError, RecursionError) as e:
    print(type(e).__name__)

buffers = []
big = bytearray(b"out of band")
data = pickle.dumps([pickle.PickleBuffer(big), pickle.PickleBuffer(b"ro")], 5, buffer_callback=buffers.append)
print(data, [type(b).__name__ for b in buffers])
print(pickle.loads(data, buffers=buffers)[0] is buffers[0], bytes(buffers[0]))
x, y = pickle.loads(data, buffers=[b"x", bytearray(b"y")])
print(x, type(y).__name__, y.readonly, bytes(y))
print(pickle.dumps(pickle.PickleBuffer(big), 5), pickle.dumps(pickle.PickleBuffer(b"ro"), 5))
for protocol, view in ((4, big), (5, memoryview(big)[::2])):
    try:
        pickle.dumps(pickle.PickleBuffer(view), protocol)
    except pickle.PicklingError as e:
        print(e)
b = pickle.PickleBuffer(big)
print(b.raw().tobytes())
b.release()
try:
    b.raw()
except ValueError as e:
    print(e)

data = pickle.dumps(["a" * 70000, "b" * 10, b"c" * 70000], 4)
print(len(data), data[:20], data[70000:70040], data[-20:])


class Chunks:
    def write(self, data):
        print(len(data), data[:12])


pickle.dump(["x" * 40000, "y" * 40000, "z" * 70000, 1], Chunks(), 5)
copyreg.add_extension("builtins", "range", 300)
print(pickle.dumps(range, 2), pickle.loads(pickle.dumps(range, 2)))
copyreg.remove_extension("builtins", "range", 300)
try:
    pickle.Pickler(4)
except TypeError as e:
    print(e)
for protocol in (6, -1):
    try:
        print(pickle.dumps(1, protocol))
    except ValueError as e:
        print(e)
