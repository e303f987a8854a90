//! Programs with a collection at every few allocations and a verified heap: a skipped barrier, a
//! wrong liveness map or a forgotten root fails here.

use krait_runtime::cx::Config;

use super::check_with;

const PROGRAM: &str = "
class Base:
    kind = 'base'
    def __init__(self, n, *rest, flag=False, **more):
        self.n = n; self.rest = rest; self.more = more; self.flag = flag
    def total(self): return self.n + sum(self.rest) + sum(self.more.values())
class Derived(Base):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for i in range(12): setattr(self, 'a%d' % i, [i])
    @property
    def size(self): return len(self.__dict__)
    def __eq__(self, other): return self.n == other.n
    def __hash__(self): return hash(self.n)
def keywords(a, /, b, *, c=3, **rest): return [a, b, c, sorted(rest.items())]
p(keywords(1, b=2, d=[4], e='x' * 3))
p(keywords(*[1], **{'b': (2,), 'zz': 9}))
d = Derived(1, 2, 3, flag=True, x=4, y=5)
p(d.total(), d.size, d.flag, {d: 1}[Derived(1)])
def gen(n):
    for i in range(n):
        try:
            got = yield [i, str(i)]
            if got: p('got', got)
        finally:
            last = [i]
def chain(n):
    r = yield from gen(n)
    return r
it = chain(4)
p([next(it), it.send('hello ' + 'x'), *it])
p([x * 2 for x in range(5)], {k: [v] for k, v in zip('abc', range(3))}, {str(i) for i in [1]})
def closures():
    fs = []
    for i in range(3):
        def f(x, y=[i]): return [x, i, y]
        fs.append(f)
    return [f('q') for f in fs]
p(closures())
def errors():
    try:
        try:
            [1, 2, ['a'] + {}]
        except TypeError as e:
            raise ValueError('new', [1]) from e
        finally:
            x = [1] * 3
    except ValueError as e:
        return e.args, type(e.__cause__).__name__, x
p(errors())
class Manager:
    def __enter__(self): return [self]
    def __exit__(self, *a): return bool(a[0])
def managed():
    with Manager() as m, Manager():
        raise KeyError(str(m)[:1])
    return 'after'
p(managed())
a, *b, c = [str(i) for i in range(5)]
p(a, b, c, f'{a!r:>5}{[b]}')
match {'k': [1, (2, 3)], 'z': None}:
    case {'k': [x, (y, z)], **rest}: p(x, y, z, rest)
p(sorted([[3], [1], [2]], key=lambda v: [-v[0]]), max('abc', 'abd', key=lambda s: s[::-1]))
p(1 << 100, (1 << 100) // 7, 10.5e200 * 3, str(2 ** 200)[:10])
s = 0
for i in range(200):
    s += len([i, str(i)]) + {i: [i]}[i][0]
p(s)
async def co(n):
    return [n, await co(n - 1)] if n else []
try: co(3).send(None)
except StopIteration as e: p(e.value)
def deep(n): return [deep(n - 1)] if n else []
p(str(deep(40)).count('['))
def locals_and_del():
    x = [1]; y = x; del x
    try: x
    except NameError as e: return type(e).__name__, sorted(locals())
p(locals_and_del())
";

const EXPECTED: &str = "[1, 2, 3, [('d', [4]), ('e', 'xxx')]]
[1, (2,), 3, [('zz', 9)]]
15 16 True 1
got hello x
[[0, '0'], [1, '1'], [2, '2'], [3, '3']]
[0, 2, 4, 6, 8] {'a': [0], 'b': [1], 'c': [2]} {'1'}
[['q', 2, [0]], ['q', 2, [1]], ['q', 2, [2]]]
(('new', [1]), 'TypeError', [1, 1, 1])
after
0 ['1', '2', '3'] 4   '0'[['1', '2', '3']]
1 2 3 {'z': None}
[[3], [2], [1]] abd
1267650600228229401496703205376 181092942889747057356671886482 3.1499999999999996e+201 1606938044
20300
[3, [2, [1, []]]]
41
('UnboundLocalError', ['e', 'y'])";

#[test]
fn every_allocation() {
    // The heap is verified at each collection, which is slow: not at every allocation.
    check_with(
        Config {
            stress: Some(1),
            ..Config::default()
        },
        PROGRAM,
        EXPECTED,
    );
}

#[test]
fn verified() {
    check_with(
        Config {
            stress: Some(97),
            verify_heap: true,
            ..Config::default()
        },
        PROGRAM,
        EXPECTED,
    );
}
