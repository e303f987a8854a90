//! Every family of opcodes a million times on a small native stack. In release builds a handler
//! whose last call is no jump any more uses up the stack and fails here, not at a user's.

use krait_runtime::cx::Config;

use super::{describe, execute, interpreter};

/// Statements that together use (nearly) every opcode, each run in a loop in a function.
const FAMILIES: &[(&str, &str)] = &[
    (
        "arith",
        "x = i + 1; x = x - i; x = x * 3; x = x // 2; x = x % 7; x = x / 2; x = x ** 1; x = 5 & i; x = i | 1; x = i ^ 3; x = i << 1; x = i >> 1; x = -x; x = ~i; x = +i; x = not x",
    ),
    (
        "inplace",
        "x = 1; x += i; x -= 1; x *= 2; x //= 2; x %= 9; x **= 1; x &= 7; x |= 1; x ^= 1; x <<= 1; x >>= 1; x /= 2; y = 1.5; y += i; y *= 0.5",
    ),
    (
        "objects",
        "x = 'a' + 'b'; x = [1] + [2]; x = (1,) * 2; x += (1,); x = 'a' % (); x = {1} | {2}",
    ),
    (
        "compare",
        "x = i < 3; x = i <= 3; x = i == 3; x = i != 3; x = i > 3; x = i >= 3; x = i is None; x = i is not None; x = 1 in t; x = 1 not in t; x = 0 < i < 5",
    ),
    (
        "jumps",
        "x = 1 if i else 2\nif i > 5: x = 3\nelif i == 2: x = 4\nelse: x = 5\nx = i and 1 or 2\nwhile x is None: pass",
    ),
    ("names", "global G; G = i; x = G; x = len; del G"),
    ("cells", "cell = i\nx = inner()"),
    (
        "attrs",
        "c.a = i; x = c.a; c.b = x; x = c.b; x = C.k; x = c.k; x = c.p; c.d = 1; del c.d; x = module.collect",
    ),
    ("slots", "s.a = i; x = s.a"),
    (
        "methods",
        "x = c.m(); x = c.m2(i); x = t.count(1); x = C.s(); x = c.c(); x = super_object.m()",
    ),
    (
        "calls",
        "x = f0(); x = f1(i); x = f2(i, b=2); x = fv(i, 2, k=3); x = fv(*t); x = fv(*t, **d); x = len(t); x = int(); x = C(); x = I(i); x = fk(k=1); x = lam(i)",
    ),
    (
        "functions",
        "def g(a=i, *, b: int = 2): return a\nx = g(); x = lambda q=i: q",
    ),
    (
        "classes",
        "if i < 300:\n    class K:\n        a = 1\n        def m(self): return a\n    x = K",
    ),
    (
        "items",
        "l[0] = i; x = l[0]; x = l[-1]; x = l[0:1]; l[1:2] = [3]; d['k'] = i; x = d['k']; d['z'] = 1; del d['z']; x = t[0]; x = 'abc'[1]",
    ),
    (
        "build",
        "x = [i, 1]; x = (i, 2); x = {i, 3}; x = {i: 1}; x = [*t, 1]; x = {**d}; x = (*t,); x = {*t}; x = f'{i}{i!r:>3}'; x = slice(i, None); x = t[i:]",
    ),
    (
        "unpack",
        "a, b = t; a, *b = t; (a, b), e = (t, 1); x, y = y, x",
    ),
    (
        "loops",
        "for x in t: pass\nfor x in range(2): pass\nx = [v for v in t if v]; x = {v: 1 for v in t}; x = {v for v in t}; x = sum(v for v in t)\nfor k, v in d.items(): pass\nelse: x = 1",
    ),
    (
        "exceptions",
        "try: raise E\nexcept E as e: x = e\nfinally: y = 1\ntry: l[99]\nexcept (KeyError, IndexError): pass\ntry: x = 1\nfinally: x = 2",
    ),
    ("with", "with M() as m: x = m\nwith S(): raise E"),
    (
        "groups",
        "if i % 100 == 0:\n    try: raise ExceptionGroup('g', [E()])\n    except* E as e: x = 1",
    ),
    (
        "generators",
        "x = list(gen()); x = next(g3); x = g3.send(1); x = list(delegating())",
    ),
    (
        "async",
        "try: co().send(None)\nexcept StopIteration as e: x = e.value",
    ),
    (
        "match",
        "match i:\n    case 1: x = 1\n    case [a, b]: x = 2\n    case {'k': v}: x = 3\n    case C(a=1): x = 4\n    case int(): x = 5\nmatch t:\n    case [a, *b]: x = 6\nmatch d:\n    case {'k': v, **r}: x = 7",
    ),
    ("assert", "assert t, 'no'; del x; x = 1; (w := i)"),
];

const HELPERS: &str = "
class C:
    k = 1
    def __init__(self): self.a = 1; self.b = 2
    def m(self): return 1
    def m2(self, x): return x
    @property
    def p(self): return 1
    @staticmethod
    def s(): return 1
    @classmethod
    def c(cls): return 1
class Sub(C):
    def m(self): return super().m()
class Slots:
    __slots__ = ('a',)
class I:
    def __init__(self, x): self.x = x
class E(Exception): pass
class M:
    def __enter__(self): return self
    def __exit__(self, *a): return None
class S(M):
    def __exit__(self, *a): return True
class Namespace: pass
module = Namespace(); module.collect = 1
def f0(): return 1
def f1(a): return a
def f2(a, b): return b
def fv(a, *args, k=1, **more): return a
def fk(*, k): return k
lam = lambda x: x
def gen():
    yield 1
    yield 2
def delegating():
    yield from gen()
def forever():
    while True: yield 1
async def co(): return await co2()
async def co2(): return 1
";

fn family(name: &str, body: &str, n: u32) -> String {
    let body = body.replace('\n', "\n        ");
    format!(
        "
def run_{name}():
    x = y = None; t = (1, 2); l = [1, 2, 3]; d = {{'k': 1}}; c = C(); s = Slots(); super_object = Sub()
    cell = 1; g3 = forever(); next(g3)
    def inner(): return cell
    for i in range({n}):
        {body}
run_{name}()
"
    )
}

#[test]
fn every_family_on_a_small_stack() {
    // Debug builds dispatch through a loop: a few rounds check the programs themselves.
    let n = if cfg!(debug_assertions) {
        300
    } else {
        1_000_000
    };
    let thread = std::thread::Builder::new()
        .stack_size(if cfg!(debug_assertions) {
            1 << 20
        } else {
            256 << 10
        })
        .spawn(move || {
            let (mut cx, globals) = interpreter(Config::default());
            execute(&mut cx, HELPERS, globals)
                .unwrap_or_else(|e| panic!("{}", describe(&mut cx, e)));
            for (name, body) in FAMILIES {
                let program = family(name, body, n);
                if let Err(e) = execute(&mut cx, &program, globals) {
                    panic!("{name}: {}", describe(&mut cx, e));
                }
            }
        });
    thread.expect("a thread").join().expect("no panic");
}
