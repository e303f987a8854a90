//! Classes: one special method at a time, and whole classes with descriptors and inheritance.

use super::generate::{Chunk, Gen, Kind};

/// What expressions of `specials.txt` need around `C` and `c`.
const AROUND: &str = "\
class D(dict):
    __missing__ = getattr(C, '__missing__', None)
class D2:
    d = c
async def W(c):
    async with c as x: print(x)
async def W2(c):
    async with c: 1 / 0
async def L(c):
    n = 0
    async for x in c:
        print(x)
        n += 1
        if n > 2: break
async def A(c):
    return await c";

impl Gen<'_> {
    pub fn special_method(&mut self, out: &mut Vec<Chunk>) {
        let tables = self.tables;
        let special = &tables.specials[self.rng.below(tables.specials.len())];
        let (name, parameters) = (special.name, special.parameters);
        let base = self.rng.pick(&[
            "", "", "", "(int)", "(list)", "(str)", "(dict)", "(tuple)", "(float)", "(SubSet)",
        ]);
        let base = if parameters.starts_with("self") {
            base
        } else {
            ""
        };
        let mut lines = vec![format!("class C{base}:")];
        if let Some(partner) = partner(name) {
            lines.push(format!("    {partner}"));
        }
        lines.push(format!("    def {name}({parameters}):"));
        lines.push(format!("        print('{name}')"));
        lines.push(format!("        {}", self.special_body(name, parameters)));
        lines.push(
            self.rng
                .pick(&["c = C()", "c = C()", "c = object.__new__(C)"])
                .to_owned(),
        );
        if !base.is_empty() || parameters.starts_with("cls") {
            lines.pop();
            lines.push("c = C()".to_owned());
        }
        lines.push(AROUND.to_owned());
        out.push(Chunk::new(Kind::Statements, lines.join("\n")));
        for _ in 0..1 + self.rng.below(3) {
            let mut text = self.rng.pick(&special.uses).to_owned();
            if text.contains("any") && !text.contains("any(") {
                text = text.replace("any", &self.any());
            }
            out.push(Chunk::reaching(text, format!("special.{name}")));
        }
    }

    fn special_body(&mut self, name: &str, parameters: &str) -> String {
        let own: &str = parameters.split([',', '*']).next().unwrap_or("");
        match self.rng.below(12) {
            0 => "return NotImplemented".to_owned(),
            1 => "raise ValueError('from the method')".to_owned(),
            2 => format!("return {}", self.any()),
            3 if own == "self" => "return self".to_owned(),
            // The hash that `object` gives is an address's.
            4 | 5 if own == "self" && !name.contains("getattr") && name != "__hash__" => {
                format!("return super().{name}({})", forwarded(parameters))
            }
            6 => "return None".to_owned(),
            _ => format!("return {}", self.fitting(name)),
        }
    }

    /// A value of the type that a special method should give.
    fn fitting(&mut self, name: &str) -> String {
        let kind = match name {
            "__int__" | "__index__" | "__len__" | "__length_hint__" | "__hash__" => "small",
            "__trunc__" | "__floor__" | "__ceil__" | "__sizeof__" => "small",
            "__float__" => "float",
            "__complex__" => "complex",
            "__bool__" | "__contains__" | "__exit__" | "__instancecheck__"
            | "__subclasscheck__" => "bool",
            "__str__" | "__repr__" | "__format__" | "__fspath__" => "str",
            "__bytes__" => "bytes",
            "__iter__" | "__reversed__" => {
                return self
                    .rng
                    .pick(&["iter([1, 2])", "It('a', 'b')", "gen(1)", "self"])
                    .to_owned();
            }
            "__dir__" | "__mro_entries__" => {
                return self
                    .rng
                    .pick(&["(P,)", "['b', 'a']", "()", "(int,)"])
                    .to_owned();
            }
            "__aenter__" | "__aexit__" | "__anext__" => {
                return self.rng.pick(&["coro()", "Pause(1)", "coro(0)"]).to_owned();
            }
            "__aiter__" => return self.rng.pick(&["AIter(1, 2)", "agen(2)"]).to_owned(),
            "__await__" => return self.rng.pick(&["iter([1, 2])", "gen(1)"]).to_owned(),
            "__buffer__" => return "memoryview(b'ab')".to_owned(),
            "__new__" => return "object.__new__(cls)".to_owned(),
            "__init__" => return "None".to_owned(),
            "__annotate__" | "__reduce__" | "__reduce_ex__" => {
                return self
                    .rng
                    .pick(&["{'a': 1}", "(P, (1,))", "(P, (1, 2), None)", "'fun'"])
                    .to_owned();
            }
            _ => return self.any(),
        };
        self.value(kind)
    }

    /// A class of several parts, some instances and uses.
    pub fn class_program(&mut self, out: &mut Vec<Chunk>) {
        let mut lines = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for index in 0..1 + self.rng.below(4) {
            let name = format!("C{index}");
            let mut bases: Vec<String> = Vec::new();
            for earlier in names.iter().rev() {
                if self.rng.chance(1, 2) {
                    bases.push(earlier.clone());
                }
            }
            if bases.is_empty() && self.rng.chance(1, 3) {
                bases.push(
                    self.rng
                        .pick(&[
                            "P",
                            "int",
                            "dict",
                            "Exception",
                            "str",
                            "SubList",
                            "type",
                            "bool",
                        ])
                        .to_owned(),
                );
            }
            if self.rng.chance(1, 8) {
                bases.push(
                    self.rng
                        .pick(&["metaclass=Meta", "k=1", "metaclass=type"])
                        .to_owned(),
                );
            }
            lines.push(format!("class {name}({}):", bases.join(", ")));
            for _ in 0..1 + self.rng.below(4) {
                let part = self.class_part(&name);
                lines.extend(part.lines().map(|line| format!("    {line}")));
            }
            names.push(name);
        }
        if self.rng.chance(1, 12) {
            lines.insert(0, "from __future__ import annotations".to_owned());
            lines.push(format!("z: C0 | nope = {}", self.any()));
            lines.push("print(__annotations__)".to_owned());
        }
        out.push(Chunk::new(Kind::Traced, lines.join("\n")));
        for _ in 0..2 + self.rng.below(4) {
            let name = names[self.rng.below(names.len())].clone();
            out.push(self.class_use(&name));
        }
    }

    fn class_part(&mut self, name: &str) -> String {
        let attribute = self.rng.pick(&["x", "y", "m", "p"]);
        let value = self.any();
        match self.rng.below(20) {
            0 => format!("{attribute} = {value}"),
            1 => format!("def __init__(self, *a, **k):\n    self.x = a\n    super().__init__({})", self.rng.pick(&["", "*a", "*a, **k"])),
            2 => format!("def m(self, *a): return ('{name}', a)"),
            3 => format!("def m(self, *a): return ('{name}', super().m(*a))"),
            4 => format!("@property\ndef {attribute}(self): return ('{name}', type(self).__name__)"),
            5 => format!("@classmethod\ndef {attribute}(cls, *a): return (cls.__name__, a)"),
            6 => format!("@staticmethod\ndef {attribute}(*a): return a"),
            7 => format!("__slots__ = {}", self.rng.pick(&["('x',)", "['x', 'y']", "'m'", "()", "('x', '__dict__')", "{'p': 'doc'}", "('__weakref__',)", "(1,)", "('x y',)", "('x', 'x')"])),
            8 => format!("{attribute} = Desc()"),
            9 => "def __getattr__(self, name):\n    if name.startswith('__'): raise AttributeError(name)\n    return ('getattr', name)".to_owned(),
            10 => format!("def __eq__(self, other): return {}", self.rng.pick(&["True", "NotImplemented", "self.x == other.x", "[]"])),
            11 => "def __init_subclass__(cls, **k):\n    print('init_subclass', cls.__name__, k)".to_owned(),
            12 => "def __repr__(self): return f'<{type(self).__name__} {getattr(self, \"x\", None)!r}>'".to_owned(),
            13 => "def __setattr__(self, name, value):\n    print('setattr', name)\n    object.__setattr__(self, name, value)".to_owned(),
            14 => format!("{attribute}: int = {value}\nz: 'str'"),
            15 => format!("__match_args__ = {}", self.rng.pick(&["('x', 'y')", "('m',)", "['x']", "(1,)", "()"])),
            16 => "def __call__(self, *a, **k): return ('called', a, k)".to_owned(),
            17 => "@property\ndef p(self): return self.x\n@p.setter\ndef p(self, v): self.x = v\n@p.deleter\ndef p(self): del self.x".to_owned(),
            18 => "class N:\n    q = __qualname__\n    def m(self): return __class__".to_owned(),
            _ => format!("for {attribute} in range(2): pass\nq = [i for i in (1, 2)]"),
        }
    }

    fn class_use(&mut self, name: &str) -> Chunk {
        let attribute = self.rng.pick(&[
            "x",
            "y",
            "m",
            "p",
            "N",
            "q",
            "z",
            "nope",
            "__slots__",
            "__dict__",
        ]);
        let arguments = self.rng.pick(&["", "", "", "1", "1, 2", "'a'", "k=1"]);
        let instance = format!("{name}({arguments})");
        let expression = match self.rng.below(17) {
            0 => format!("{instance}.{attribute}"),
            1 => format!("{name}.{attribute}"),
            2 => format!("{instance}.m(1)"),
            3 => instance.clone(),
            4 => format!("[t.__name__ for t in {name}.__mro__]"),
            5 => format!("{instance} == {instance}"),
            6 => format!("hasattr({instance}, '{attribute}')"),
            7 => {
                return Chunk::new(
                    Kind::Traced,
                    format!(
                        "o = {instance}\no.{attribute} = 1\nprint(o.{attribute})\ndel o.{attribute}\nprint(o.{attribute})"
                    ),
                );
            }
            8 => {
                return Chunk::new(
                    Kind::Traced,
                    format!(
                        "match {instance}:\n    case {name}({}): print('matched')\n    case _: print('no')",
                        self.rng.pick(&["", "1", "x", "1, 2", "x=1", "a, b, c"])
                    ),
                );
            }
            9 => format!("{name}.{attribute}()"),
            10 => format!("sorted(k for k in vars({instance}))"),
            11 => format!("hash({instance}) is not None"),
            12 => format!("isinstance({instance}, ({name}, int)), issubclass({name}, int)"),
            13 => format!("{name}.__annotations__"),
            14 => {
                format!("sorted(k for k in {name}.__dict__ if k not in ('__doc__', '__weakref__'))")
            }
            15 => format!("setattr({name}, '{attribute}', 3), {name}.{attribute}"),
            _ => format!("{instance}()"),
        };
        let kind = if self.rng.chance(1, 4) {
            Kind::Traced
        } else {
            Kind::Expression
        };
        Chunk::new(kind, expression)
    }
}

/// A second definition that a special method is of no use without.
fn partner(name: &str) -> Option<&'static str> {
    Some(match name {
        "__enter__" => "def __exit__(self, *a): return True",
        "__exit__" => "def __enter__(self): return 1",
        "__aenter__" => "async def __aexit__(self, *a): return True",
        "__aexit__" => "async def __aenter__(self): return 1",
        "__aiter__" => "n = 0",
        "__anext__" => "def __aiter__(self): return self",
        "__set__" | "__delete__" => "def __get__(self, i, o=None): return 'got'",
        "__hash__" => "def __eq__(self, other): return True",
        "__setstate__" | "__getstate__" => "z = 1",
        _ => return None,
    })
}

/// The parameters of a special method as arguments, without `self` and defaults.
fn forwarded(parameters: &str) -> String {
    let names = parameters.split(", ").skip(1);
    let names: Vec<&str> = names.map(|p| p.split('=').next().unwrap_or(p)).collect();
    names.join(", ")
}
