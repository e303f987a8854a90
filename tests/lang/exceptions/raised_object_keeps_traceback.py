# Exceptions that the program holds get complete tracebacks though no clause names them.
import gc
import sys
import weakref


def names(e):
    found = []
    tb = e.__traceback__
    while tb is not None:
        found.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno))
        tb = tb.tb_next
    return found


def variable():
    e = KeyError("x")
    try:
        raise e
    except KeyError:
        pass
    return e


def from_function():
    made = []

    def make():
        made.append(KeyError("x"))
        return made[0]
    try:
        raise make()
    except KeyError:
        pass
    return made[0]


def subclass_that_remembers():
    made = []

    class Error(KeyError):
        def __init__(self, *args):
            made.append(self)
    try:
        raise Error("x")
    except KeyError:
        pass
    try:
        raise Error
    except KeyError:
        pass
    return made


def thrown():
    def generator():
        try:
            yield
        except KeyError:
            yield
    e = KeyError("x")
    g = generator()
    next(g)
    g.throw(e)
    return e


def as_cause():
    e = KeyError("x")
    try:
        try:
            raise e
        except KeyError:
            raise ValueError from e
    except ValueError:
        pass
    return e


def kept_by_argument():
    e = ValueError("x")
    try:
        raise KeyError(e)
    except KeyError:
        kept = sys.exception()
    return kept


def walrus():
    try:
        raise (e := KeyError("x"))
    except KeyError:
        pass
    return e


def conditional(flag):
    try:
        raise KeyError(1) if flag else IndexError(2)
    except LookupError:
        return sys.exception()


print(names(variable()))
print(names(from_function()))
print([names(e) for e in subclass_that_remembers()])
print(names(thrown()))
print(names(as_cause()))
print(names(kept_by_argument()))
print(names(walrus()))
print(names(conditional(True)), names(conditional(False)))


def through_native():
    def key(x):
        local = x
        return {}[x]
    try:
        sorted([1], key=key)
    except KeyError:
        e = sys.exception()
    tb = e.__traceback__.tb_next
    print(names(e), tb.tb_frame.f_back.f_code.co_name, tb.tb_frame.f_locals["local"])


through_native()


def swallowed_by_native():
    kept = []

    class Object:
        @property
        def missing(self):
            try:
                {}[1]
            except KeyError:
                raise AttributeError("missing")

        def __getattr__(self, name):
            kept.append(sys.exception())
            raise AttributeError(name)
    print(getattr(Object(), "missing", "default"), hasattr(Object(), "missing"), kept)


swallowed_by_native()


def deep(n):
    local = n
    if n == 0:
        raise IndexError("deep")
    deep(n - 1)


try:
    deep(50)
except IndexError:
    e = sys.exception()
frames = []
tb = e.__traceback__
while tb:
    frames.append(tb.tb_frame)
    tb = tb.tb_next
print(len(frames), [f.f_locals["local"] for f in frames[1:6]], frames[-1].f_locals["local"])
print(all(inner.f_back is outer for outer, inner in zip(frames, frames[1:])))
frames[-1].clear()
print(frames[-1].f_locals)


class C:
    pass


def fails(x):
    1 / 0


def caught():
    x = C()
    ref = weakref.ref(x)
    try:
        fails(x)
    except ZeroDivisionError as e:
        return e, ref


e, ref = caught()
gc.collect()
print(ref() is None)
e.__traceback__.tb_next.tb_frame.clear()
gc.collect()
print(ref() is None)
e.__traceback__.tb_frame.clear()
gc.collect()
print(ref() is None)
