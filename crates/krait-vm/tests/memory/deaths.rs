//! What dies when, and what happens then. Expected: what CPython prints with `gc.collect()` in
//! the same places.

use super::check;

#[test]
fn temporaries_die() {
    check(
        "
class C: pass
def make():
    return ref(C())
def args(*a): return ref(a[0])
def several():
    a = make()
    b = args(C(), C())
    c = [ref(C()) for _ in range(3)]
    wipe()
    collect()
    return [a(), b(), *[r() for r in c]]
p(several())
def local():
    x = C()
    r = ref(x)
    collect()
    alive = r() is x
    del x
    wipe()
    collect()
    return alive, r()
p(local())
",
        "[None, None, None, None, None]\n(True, None)",
    );
}

#[test]
fn temporaries_of_a_suspended_generator_die() {
    check(
        "
class C:
    def m(self): return 1
refs = []
def fresh():
    c = C(); refs.append(ref(c)); return c
def g():
    x = [fresh().m(), (yield 1), fresh().m(), (yield 2)]
    yield x
it = g()
next(it); wipe(); collect()
p(refs[0]())
p(next(it)); wipe(); collect()
p([r() for r in refs])
p(next(it))
",
        "None\n2\n[None, None]\n[1, None, 1, None]",
    );
}

#[test]
fn callbacks_and_finalizers() {
    check(
        "
class C:
    def __init__(self, n): self.n = n
    def __del__(self): p('del', self.n)
def f():
    a = C(1); b = C(2)
    a.other, b.other = b, a
    ra = ref(a, lambda r: p('callback', r()))
    return ra
r = f()
wipe(); collect()
p(r())
class Phoenix:
    def __del__(self):
        global kept
        p('phoenix')
        kept = self
def g(): Phoenix()
g(); wipe(); collect()
rk = ref(kept)
p(type(kept).__name__, rk() is kept)
kept = None
wipe(); collect()
p(rk())
def bad():
    class B:
        def __del__(self): 1 / 0
    B()
bad(); wipe(); collect()
p(len(unraisable), 'ZeroDivisionError: division by zero' in unraisable[0])
",
        "callback None\ndel 1\ndel 2\nNone\nphoenix\nPhoenix True\nNone\n1 True",
    );
}

#[test]
fn del_comes_late() {
    check(
        "
class C: pass
class D(C): pass
def make(): return [C(), D()]
objects = make()
C.__del__ = lambda self: p('late', type(self).__name__)
objects = None
wipe(); collect()
class E: pass
def change():
    e = E()
    e.__class__ = C
change(); wipe(); collect()
class I(int):
    def __del__(self): p('int', int(self))
class T(tuple):
    def __del__(self): p('tuple', len(self))
class S(str):
    def __del__(self): p('str', len(self))
def subclasses(): I(7); I(1 << 80); T((1, 2)); S('abc')
subclasses(); wipe(); collect()
",
        "late D\nlate C\nlate C\nint 7\nint 1208925819614629174706176\ntuple 2\nstr 3",
    );
}

#[test]
fn generators_are_closed() {
    check(
        "
def g(n):
    try:
        yield n
    finally:
        p('closed', n)
def outer():
    try:
        yield from g(3)
    finally:
        p('outer')
def unguarded():
    yield 1
def run():
    next(g(1))
    g(2)
    next(outer())
    next(unguarded())
run(); wipe(); collect()
def stubborn():
    while True:
        try:
            yield 1
        except GeneratorExit:
            pass
def run(): next(stubborn())
run(); wipe(); collect()
p(len(unraisable), 'generator ignored GeneratorExit' in unraisable[0])
",
        "closed 1\nclosed 3\nouter\n1 True",
    );
}

#[test]
fn weak_references_in_cycles_and_chains() {
    check(
        "
class C: pass
def cycle():
    a = C(); a.me = a
    a.r = ref(a, lambda r: p('never: the reference dies with it'))
    return ref(a)
r = cycle(); wipe(); collect(); p(r())
class K:
    def __init__(self, target): self.r = ref(target)
    def __del__(self): p('K sees', self.r() is target)
target = C()
def f(): K(target)
f(); wipe(); collect()
# A reference that a finalizer revived must still be cleared when its referent dies.
class Keep:
    def __del__(self): saved.append(self.r)
saved = []
def h():
    k = Keep(); k.r = ref(target)
    k.r.__class__
h(); target2 = target
wipe(); collect()
p(saved[0]() is target)
del target, target2
wipe(); collect()
p(saved[0]())
",
        "None\nK sees True\nTrue\nNone",
    );
}

#[test]
fn classes_die() {
    check(
        "
def make(i):
    class C:
        x = i
        def m(self): return self.x
    c = C()
    c.a = i
    return C.x, c.m(), ref(C)
refs = []
for i in range(50):
    x, m, r = make(i)
    if (x, m) != (i, i): p('stale cache', i, x, m)
    refs.append(r)
    collect_young() if i % 2 else collect()
wipe(); collect()
p(sum([r() is not None for r in refs]) <= 1)
p(len([c for c in object.__subclasses__() if c.__name__ == 'C']) <= 1)
",
        "True\nTrue",
    );
}

#[test]
fn coroutine_never_awaited_is_closed() {
    check(
        "
async def c(): pass
def f(): c()
f(); wipe(); collect(); p(len(unraisable))
async def waits():
    try:
        await Forever()
    finally:
        p('finally')
class Forever:
    def __await__(self):
        while True: yield
def run(): waits().send(None)
run(); wipe(); collect()
async def agen():
    try:
        yield 1
    finally:
        p('agen')
def run():
    try: agen().__anext__().send(None)
    except StopIteration as e: p(e.value)
run(); wipe(); collect()
",
        "0\nfinally\n1\nagen",
    );
}
