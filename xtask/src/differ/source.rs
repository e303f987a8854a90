//! Sources given to `compile`, `eval`, `exec` and `ast`, most of them with a token changed; exception
//! groups; copies, pickles and signatures.

use super::generate::{Chunk, Gen, Kind};

/// Tokens that may come where another one was.
const TOKENS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ";",
    ".",
    "=",
    "==",
    ":=",
    "*",
    "**",
    "->",
    "@",
    "|",
    "-",
    "+=",
    "!",
    "~",
    "<",
    "x",
    "1",
    "1.5",
    "0x1",
    "'s'",
    "b'y'",
    "f'{x}'",
    "f'{x!r:>{y}}'",
    "t'{x}'",
    "None",
    "True",
    "__debug__",
    "...",
    "if",
    "else",
    "for",
    "in",
    "is",
    "not",
    "and",
    "lambda",
    "await",
    "async",
    "yield",
    "yield from",
    "return",
    "break",
    "continue",
    "pass",
    "del",
    "global x",
    "nonlocal x",
    "import",
    "from",
    "as",
    "with",
    "try:",
    "except",
    "except*",
    "finally:",
    "raise",
    "assert",
    "match",
    "case",
    "_",
    "type",
    "def",
    "class",
    "\n",
    "\n    ",
    "\\",
    "#",
    "$",
    "?",
    "'",
    "\"\"\"",
    "0_",
    "1__0",
    "012",
    "1e",
    "é",
    "print 1",
];

/// Statements and expressions that the bodies of functions have few of.
const SOURCES: &[&str] = &[
    "x = 1",
    "x: int = 1",
    "x.y: int",
    "(x): int = 1",
    "x, *y = 1, 2",
    "x += yield_",
    "del x, (y, [z])",
    "print(x, *y, sep='', **z)",
    "[x for x, y in z if x if y]",
    "{x: y for x in z}",
    "{**x, 'a': 1}",
    "(x async for x in y)",
    "lambda x, /, y=1, *z, k, **d: (x, y)",
    "x if y else z",
    "x[1:2, ::3, *y]",
    "not x in y is not z",
    "x < y <= z != w",
    "f'{x!r:>{y}} {z=}'",
    "t'{x!s:5}'",
    "f'{x:{y}}' 'a' \"b\"",
    "'\\N{LATIN SMALL LETTER A}\\x41\\u0041\\101'",
    "b'\\x41\\''",
    "'\\d' '\\8'",
    "(x := 1) + (y := 2)",
    "await x",
    "import a.b as c, d",
    "from . import x, y as z",
    "from .a.b import (x, y,)",
    "from __future__ import annotations",
    "from a import *",
    "global x; x = 1",
    "nonlocal x",
    "raise x from y",
    "assert x, 'm'",
    "assert (x, 'm')",
    "x is 1",
    "1 is not x",
    "[1][2.0]",
    "(1)(2)",
    "'a'[None]",
    "return x",
    "break",
    "type X[T: int, *Ts, **P = [int]] = list[T]",
    "def f[T](x: T, *y: *T, **z) -> T: return x",
    "@d\nasync def f(x=1): await x",
    "class C[T](B, metaclass=M): x: T = 1",
    "class C:\n    def m(self): return super().m(__class__)",
    "with a as b, c as (d, e): pass",
    "with (a as b, c,): pass",
    "async with a: pass",
    "for x, in y: continue\nelse: pass",
    "while x: break\nelse: pass",
    "try: x\nexcept (A, B) as e: y\nelse: z\nfinally: w",
    "try: x\nexcept* A, B: y",
    "try:\n    x\nfinally:\n    return 1",
    "def f():\n    try: return 1\n    finally: return 2",
    "match x:\n    case [1, *_, -2.5 | 'a']: pass\n    case {'k': v, **r} if v: pass\n    case A(b, c=None): pass\n    case x.y as z: pass\n    case _: pass",
    "if x: y\nelif z: w\nelse: v",
    "def f(x):\n    global x",
    "def f():\n    x = 1\n    nonlocal x",
    "def f():\n    def g():\n        nonlocal x\n    x = 1",
    "def f(): yield; x = yield from y; return z",
    "async def f():\n    [x async for x in y]; return [await z for z in w]",
    "async def f():\n    yield 1\n    return",
    "async def f():\n    async for x in y: yield x",
    "lambda: (yield)",
    "x = (yield)",
    "[(yield) for x in y]",
    "class C: return 1",
    "[x := 1 for y in z]",
    "def f(a, a): pass",
    "f(a=1, a=2)",
    "f(**x, *y)",
    "f(x for x in y)",
    "f(x for x in y, 1)",
    "f(a, b=1, c)",
    "x = yield = 1",
    "None = 1",
    "f() = 1",
    "x + 1 = 2",
    "(x, 1) = y",
    "with a as 1: pass",
    "for 1 in x: pass",
    "del f()",
    "if x = 1: pass",
    "print x",
    "x = {1, 2: 3}",
    "x = {1: *y}",
    "def f(x=1, y): pass",
    "def f(*): pass",
    "a b",
    "(a, b c)",
    "[a, b",
    "{'a': 1",
    "x = 'abc",
    "x = '''abc",
    "\tx = 1\n        y = 2",
    "if x:\npass",
    "if x:\n    pass\n  pass",
    "else: pass",
    "for x in range(3) print(x)",
    "class C\n    pass",
    "def f()\n    pass",
    "import a.b.c as d.e",
    "from a import b as c.d",
    "0777 + 1",
    "1_000 + 0xFF_FF + 1__0",
    "1if 2else 3",
    "0x1for x in y",
    "x = 5 if y",
    "x.1",
    "f'{}'",
    "f'{x!}'",
    "f'{x!z}'",
    "f'{x'",
    "f'}'",
    "f'{x:{y:{z}}}'",
    "f'{lambda x: 1}'",
    "f'{*x}'",
    "t'a' 'b'",
    "'a' b'b'",
    "x = \u{a0}1",
    "",
    "# only a comment",
    "\n\n",
    "x;",
    ";",
    "pass; pass",
    "'doc'\nx = 1",
    "x = 1 # comment\\",
    "\\\nx = 1",
    "x = \\\n1",
    "x = \\ 1",
];

const GROUPED: &[&str] = &[
    "ValueError(1)",
    "TypeError('t')",
    "KeyError('k')",
    "OSError(2, 'No')",
    "IndexError()",
    "ZeroDivisionError('z')",
    "StopIteration(3)",
];

const MATCHED: &[&str] = &[
    "ValueError",
    "(TypeError, KeyError)",
    "LookupError",
    "Exception",
    "ExceptionGroup",
    "OSError",
    "lambda e: isinstance(e, ValueError)",
    "lambda e: bool(e.args)",
    "int",
    "1",
    "()",
];

impl Gen<'_> {
    pub fn source_program(&mut self, out: &mut Vec<Chunk>) {
        match self.rng.below(10) {
            0..=4 => self.compiled(out),
            5 | 6 => self.groups(out),
            7 | 8 => self.copied(out),
            _ => self.signatures(out),
        }
    }

    /// A source as it is, or with tokens taken away, doubled or replaced.
    fn source(&mut self) -> String {
        let text = match self.rng.below(5) {
            0 => {
                let mut chunks = Vec::new();
                self.body_program(&mut chunks);
                chunks.swap_remove(0).text
            }
            1 => format!("{}\n{}", self.rng.pick(SOURCES), self.rng.pick(SOURCES)),
            2 => {
                let inner = self.rng.pick(SOURCES).replace('\n', "\n    ");
                let head = self
                    .rng
                    .pick(&["def f():", "async def f():", "class C:", "if 1:"]);
                format!("{head}\n    {inner}")
            }
            _ => self.rng.pick(SOURCES).to_owned(),
        };
        match self.rng.chance(1, 3) {
            true => text,
            false => self.mutated(&text),
        }
    }

    fn mutated(&mut self, text: &str) -> String {
        let mut parts = tokens(text);
        for _ in 0..1 + self.rng.below(2) {
            if parts.is_empty() {
                break;
            }
            let at = self.rng.below(parts.len());
            let new = self.rng.pick(TOKENS).to_owned();
            match self.rng.below(5) {
                0 => drop(parts.remove(at)),
                1 => parts.insert(at, parts[at].clone()),
                2 => parts.insert(at, format!("{new} ")),
                3 => parts.truncate(at),
                _ => parts[at] = new,
            }
        }
        parts.concat()
    }

    fn compiled(&mut self, out: &mut Vec<Chunk>) {
        for _ in 0..1 + self.rng.below(3) {
            let source = quoted(&self.source());
            let text = match self.rng.below(12) {
                0..=4 => format!("syntax({source}, 'exec')"),
                5 => format!("syntax({source}, 'single')"),
                6 => format!("syntax({source}, 'eval')"),
                7 => format!("syntax({source}, 'exec', 0x2000)"),
                8 => format!("__import__('ast').unparse(__import__('ast').parse({source}))"),
                9 => format!(
                    "__import__('ast').dump(__import__('ast').parse({source}), indent=1, include_attributes=True)"
                ),
                10 => format!("symbols({source})"),
                _ => {
                    let text = format!("exec({source})");
                    out.push(Chunk::new(Kind::Traced, text));
                    continue;
                }
            };
            out.push(Chunk::new(Kind::Expression, text));
        }
    }

    fn group(&mut self, depth: usize) -> String {
        let count = 1 + self.rng.below(3);
        let list: Vec<String> = (0..count)
            .map(|_| match depth > 0 && self.rng.chance(1, 3) {
                true => self.group(depth - 1),
                false => self.rng.pick(GROUPED).to_owned(),
            })
            .collect();
        let class = self
            .rng
            .pick(&["ExceptionGroup", "ExceptionGroup", "BaseExceptionGroup"]);
        format!("{class}('g{depth}', [{}])", list.join(", "))
    }

    fn groups(&mut self, out: &mut Vec<Chunk>) {
        let group = self.group(2);
        let mut lines = vec![format!("e = {group}")];
        if self.rng.chance(1, 2) {
            lines.push("e.add_note('note')".to_owned());
        }
        if self.rng.chance(1, 3) {
            let cause = self.rng.pick(GROUPED);
            lines.push(format!("e.__cause__ = {cause}"));
        }
        out.push(Chunk::new(Kind::Statements, lines.join("\n")));
        let (first, second) = (self.rng.pick(MATCHED), self.rng.pick(MATCHED));
        let text = match self.rng.below(6) {
            0 => format!("groups(e.split({first}))"),
            1 => format!("groups(e.subgroup({first}))"),
            2 => format!("groups(e.derive([{}]))", self.rng.pick(GROUPED)),
            _ => {
                let inner = self.rng.pick(&[
                    "pass",
                    "raise",
                    "raise TypeError('new')",
                    "raise err",
                    "raise err from None",
                    "print(err.__notes__)",
                    "1 / 0",
                ]);
                let tail = self.rng.pick(&[
                    "",
                    "else:\n    print('else')\n",
                    "finally:\n    print('finally')\n",
                ]);
                let raised = self
                    .rng
                    .pick(&["e", "e", "e", "ValueError(7)", "e from KeyError(8)"]);
                let text = format!(
                    "try:\n    raise {raised}\nexcept* {first} as err:\n    print(groups(err))\n    {inner}\nexcept* {second}:\n    print('second')\n{tail}"
                );
                return out.push(Chunk::new(Kind::Traced, text));
            }
        };
        out.push(Chunk::new(Kind::Expression, text));
    }

    fn copied(&mut self, out: &mut Vec<Chunk>) {
        let value = match self.rng.below(4) {
            0 => self.rng.pick(GROUPED).to_owned(),
            1 => self.group(1),
            2 => {
                self.stateful_class(out);
                "C(1)".to_owned()
            }
            _ => self.any(),
        };
        // Where the value cannot be made nothing else that has the name is copied.
        out.push(Chunk::new(
            Kind::Statements,
            format!("original = None\noriginal = {value}"),
        ));
        let protocol = self.rng.below(6);
        let text = match self.rng.below(7) {
            0 => "__import__('copy').copy(original)".to_owned(),
            1 => "__import__('copy').deepcopy(original)".to_owned(),
            2 => format!("original.__reduce_ex__({protocol})"),
            3 => "original.__reduce__()".to_owned(),
            4 => format!(
                "__import__('pickle').loads(__import__('pickle').dumps(original, {protocol}))"
            ),
            // Names of modules in the pickle of groups and iterators are remembered by identity.
            5 if !value.contains("Group") && !is_iterator(&value) => {
                format!("__import__('pickle').dumps(original, {protocol})")
            }
            _ => "__import__('copy').replace(original, x=5)".to_owned(),
        };
        out.push(Chunk::new(Kind::Expression, text));
    }

    /// A class whose instances have something to say when they are copied.
    fn stateful_class(&mut self, out: &mut Vec<Chunk>) {
        let base = self.rng.pick(&[
            "",
            "",
            "(P)",
            "(list)",
            "(dict)",
            "(int)",
            "(Exception)",
            "(SubTuple)",
        ]);
        let mut lines = vec![
            format!("class C{base}:"),
            "    def __repr__(self): return f'C{sorted(getattr(self, \"__dict__\", {}).items())}'"
                .to_owned(),
        ];
        for _ in 0..1 + self.rng.below(3) {
            let result = self.any();
            lines.push(format!("    {}", match self.rng.below(12) {
                0 => "__slots__ = ('s', 't')".to_owned(),
                1 => "__slots__ = ('s', '__dict__')".to_owned(),
                2 => format!("def __getstate__(self): return {result}"),
                3 => "def __setstate__(self, state): print('setstate', state)".to_owned(),
                4 => "def __getnewargs__(self): return (7,)".to_owned(),
                5 => format!("def __getnewargs__(self): return {result}"),
                6 => "def __getnewargs_ex__(self): return ((8,), {})".to_owned(),
                7 => format!("def __reduce__(self): return {result}"),
                8 => "def __reduce__(self): return (C, (5,), {'r': 1})".to_owned(),
                9 => "def __copy__(self): return 'copied'".to_owned(),
                10 => "def __new__(cls, *a):\n        print('new', a)\n        return super().__new__(cls)".to_owned(),
                _ => "def __init__(self, *a): self.s = a".to_owned(),
            }));
        }
        out.push(Chunk::new(Kind::Statements, lines.join("\n")));
    }

    fn signatures(&mut self, out: &mut Vec<Chunk>) {
        let list = [
            "a",
            "a, /",
            "a, b=1, /, c=2",
            "*a",
            "**k",
            "*, k",
            "a, *b, c=None, **d",
            "a: int, b: 'str' = 's'",
            "a=[], *, b={}",
            "self, x",
            "a: list[int] = (), *b: int",
        ];
        let parameters = self.rng.pick(&list);
        let returned = self.rng.pick(&["", "", " -> int", " -> 'x'", " -> None"]);
        let doc = self
            .rng
            .pick(&["pass", "'doc'", "'''two\n        lines\n      less'''"]);
        let head = self.rng.pick(&["def", "def", "async def"]);
        let text = match self.rng.below(4) {
            0 => format!(
                "class F:\n    {head} __call__(self, {parameters}){returned}: {doc}\nf = F()"
            ),
            1 => format!("class f:\n    {head} __init__(self, {parameters}){returned}: {doc}"),
            2 => format!("class K:\n    {head} m({parameters}){returned}: {doc}\nf = K.m"),
            _ => format!("{head} f({parameters}){returned}: {doc}"),
        };
        out.push(Chunk::new(Kind::Statements, text));
        let bound = self
            .rng
            .pick(&["", "1", "1, 2", "1, 2, 3", "a=1", "k=1", "c=3, b=2"]);
        let use_ = match self.rng.below(8) {
            0..=2 => "str(__import__('inspect').signature(f))".to_owned(),
            3 => format!("__import__('inspect').signature(f).bind({bound}).arguments"),
            4 => "__import__('inspect').getdoc(f)".to_owned(),
            5 => "__import__('inspect').getfullargspec(f)".to_owned(),
            6 => format!(
                "str(__import__('inspect').signature(__import__('functools').partial(f, {bound})))"
            ),
            _ => format!(
                "str(__import__('inspect').signature(type({}).{}))",
                self.any(),
                self.rng.pick(&[
                    "__init__",
                    "__new__",
                    "__eq__",
                    "__call__",
                    "__repr__",
                    "__getitem__",
                    "__setattr__"
                ])
            ),
        };
        out.push(Chunk::new(Kind::Expression, use_));
    }
}

/// Words, numbers, spaces and single signs.
fn tokens(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in text.chars() {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let joins = (word(c) && word(last)) || (c == ' ' && last == ' ' && !parts.is_empty());
        match parts.last_mut() {
            Some(part) if joins => part.push(c),
            _ => parts.push(c.to_string()),
        }
        last = c;
    }
    parts
}

/// A Python literal.
fn quoted(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// Whether a value is pickled as the call of a builtin function.
fn is_iterator(value: &str) -> bool {
    const MAKERS: &[&str] = &[
        "iter(",
        "iter__",
        "map(",
        "zip(",
        "enumerate(",
        "reversed(",
        "filter(",
    ];
    MAKERS.iter().any(|maker| value.contains(maker))
}
