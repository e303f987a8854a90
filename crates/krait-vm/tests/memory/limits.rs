//! Limits: recursion in Python and in native code, memory; sizes of the central types.

use krait_runtime::cx::Config;

use super::{check, check_with};

#[test]
fn recursion_raises() {
    check(
        "
def f(n): return f(n + 1)
p(raises(f, 0))
def depth(n):
    try: return depth(n + 1)
    except RecursionError: return n
p(depth(0) > 900)
class C:
    def __repr__(self): return repr(self)
    def __eq__(self, other): return self == other
    def __getattr__(self, name): return getattr(self, name + 'x')
p(raises(repr, C())[:14], raises(lambda: C() == 1)[:14], raises(lambda: C().y)[:14])
class D:
    def __init__(self): D()
p(raises(D)[:14])
def g(): yield from g()
p(raises(list, g())[:14])
def nested(n):
    v = []
    for _ in range(n): v = [v]
    return v
p(raises(repr, nested(100000)))
a, b = nested(100000), nested(100000)
p(raises(lambda: a == b))
def tuples(n):
    v = ()
    for _ in range(n): v = (v,)
    return v
p(raises(hash, tuples(100000)))
x, y = tuples(100000), tuples(100000)
p(raises(lambda: x < y))
d = {}
for _ in range(100000): d = {1: d}
p(raises(repr, d), raises(str, d))
p(depth(0) > 900)
",
        "RecursionError: maximum recursion depth exceeded
True
RecursionError RecursionError RecursionError
RecursionError
RecursionError
RecursionError: maximum recursion depth exceeded
RecursionError: maximum recursion depth exceeded
RecursionError: maximum recursion depth exceeded while hashing a tuple
RecursionError: maximum recursion depth exceeded
RecursionError: maximum recursion depth exceeded RecursionError: maximum recursion depth exceeded
True",
    );
}

#[test]
fn nested_native_objects_raise() {
    check(
        "
N = 100000
def nest(v, f):
    for _ in range(N): v = f(v)
    return v
p(raises(list, nest([], lambda v: map(len, v)))[:14], raises(list, nest([], lambda v: zip(v)))[:14])
p(raises(next, nest(iter([1]), enumerate))[:14], raises(list, nest([], lambda v: filter(None, v)))[:14])
class C:
    def m(self): pass
method = type(C().m)
m = nest(C, lambda v: method(v, 1))
p(raises(hash, m)[:14], raises(m)[:14], raises(lambda: m.absent)[:14])
t = nest(int, lambda v: (v,))
p(raises(isinstance, 'a', t)[:14], raises(issubclass, str, t)[:14])
l = nest(list[int], lambda v: list[v])
p(raises(repr, l)[:14], raises(hash, l)[:14])
def deep(n):
    if n: yield from deep(n - 1)
    else:
        yield 1
        yield 2
g = deep(800); next(g)
p(raises(g.throw, ValueError('x')))
g = deep(800); next(g)
p(g.close())
",
        "RecursionError RecursionError
RecursionError RecursionError
RecursionError RecursionError RecursionError
RecursionError RecursionError
RecursionError RecursionError
ValueError: x
None",
    );
}

#[test]
fn attributes_as_a_dict() {
    check(
        "
class C: pass
objects = []
for i in range(3000):
    c = C(); setattr(c, 'a%d' % i, i); objects.append(c)
p(all([o.__dict__ == {'a%d' % i: i} for i, o in enumerate(objects)]))
p(objects[2999].a2999, raises(lambda: objects[0].a1))
c = C()
for i in range(1000): setattr(c, 'b%d' % i, i)
p(len(c.__dict__), c.b999)
",
        "True\n2999 AttributeError: 'C' object has no attribute 'a1'\n1000 999",
    );
}

#[test]
fn large_windows_at_the_limit() {
    let names: Vec<String> = (0..5000).map(|i| format!("v{i}")).collect();
    let program = format!(
        "
def big(n):
    {} = 0
    return big(n + 1) + v4999
p(raises(big, 0))
",
        names.join(" = ")
    );
    check(&program, "RecursionError: maximum recursion depth exceeded");
}

#[test]
fn memory_limit_raises() {
    let config = Config {
        memory_limit: Some(64 << 20),
        ..Config::default()
    };
    check_with(
        config,
        "
def small():
    v = []
    while True: v.append([1, 2])
p(raises(small))
def large():
    v = []
    while True: v.append([0] * 100000)
p(raises(large))
p(raises(lambda: [0] * (1 << 28)), raises(lambda: 'x' * (1 << 40)), raises(lambda: b'x' * (1 << 62)))
p(sum([1 for _ in range(1000)]))
",
        "MemoryError\nMemoryError\nMemoryError MemoryError MemoryError\n1000",
    );
}

#[test]
fn garbage_is_no_reason_for_a_memory_error() {
    let config = Config {
        memory_limit: Some(64 << 20),
        ..Config::default()
    };
    check_with(
        config,
        "
def f():
    for i in range(300): v = [0] * 100000
    for i in range(400000): v = [i]
    return len(v)
p(f())
",
        "1",
    );
}

/// A change here is a decision: these sizes are what programs are made of.
#[test]
fn sizes_of_central_types() {
    use krait_runtime::error::{PyResult, Raised};
    use krait_runtime::object::{Array, Cell, FloatObj};
    use krait_runtime::shape::ShapeEntry;
    use krait_runtime::types::{dict::Dict, list::List, str::Str, tuple::Tuple};
    use krait_runtime::value::Value;
    macro_rules! sizes {
        ($($t:ty),*) => { [$((stringify!($t), size_of::<$t>())),*] };
    }
    let actual = sizes![
        Value,
        krait_heap::Header,
        FloatObj,
        Cell,
        Array,
        Tuple,
        List,
        Str,
        Dict,
        ShapeEntry,
        Raised,
        PyResult<()>,
        PyResult<Value>
    ];
    let expected = [8, 8, 16, 16, 16, 24, 24, 24, 32, 32, 8, 16, 16];
    let named: Vec<_> = actual
        .iter()
        .zip(expected)
        .map(|((name, _), size)| (*name, size))
        .collect();
    assert_eq!(actual.to_vec(), named);
}
