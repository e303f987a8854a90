//! Functions with random bodies: control flow, scopes, exceptions, generators, coroutines.
//!
//! Loops are short and an expression builds on one variable at most, so that no program runs long
//! or makes large values.

use super::generate::{Chunk, Gen, Kind};

const VARIABLES: &[&str] = &["a", "b", "c", "d", "e", "k"];
const LITERALS: &[&str] = &[
    "0",
    "1",
    "2",
    "-3",
    "10",
    "1.5",
    "None",
    "True",
    "'s'",
    "'xyz'",
    "''",
    "[1, 2]",
    "(1, 2)",
    "[]",
    "{'a': 1}",
    "b'y'",
    "{1}",
    "P(3, 4)",
    "2**70",
    "range(3)",
    "0.0",
    "(1, (2, 3))",
];
const ERRORS: &[&str] = &[
    "ValueError",
    "TypeError",
    "ZeroDivisionError",
    "KeyError",
    "IndexError",
    "AttributeError",
    "LookupError",
    "Exception",
    "ArithmeticError",
    "NameError",
    "StopIteration",
    "RuntimeError",
];
const THROWN: &[&str] = &[
    "ValueError('v')",
    "KeyError('k')",
    "TypeError",
    "IndexError(1)",
    "ZeroDivisionError('z', 2)",
    "StopIteration(4)",
    "ExceptionGroup('g', [ValueError(1), KeyError(2)])",
    "1",
    "RuntimeError()",
];

/// What kind of function a body belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flavour {
    Plain,
    Generator,
    Async,
    AsyncGenerator,
}

struct Body {
    lines: Vec<String>,
    indent: usize,
    flavour: Flavour,
    in_loop: bool,
    /// `g` and `a2` are global.
    globals: bool,
    /// In a `try` or `with`, where nothing is yielded that nobody may resume.
    depth: usize,
    fuel: usize,
    label: usize,
}

impl Body {
    fn line(&mut self, text: impl AsRef<str>) {
        self.lines
            .push(format!("{}{}", "    ".repeat(self.indent), text.as_ref()));
    }
}

impl Gen<'_> {
    pub fn body_program(&mut self, out: &mut Vec<Chunk>) {
        let flavour = match self.rng.below(8) {
            0 | 1 => Flavour::Generator,
            2 => Flavour::Async,
            3 => Flavour::AsyncGenerator,
            _ => Flavour::Plain,
        };
        let (parameters, calls) = self.signature();
        let word = match flavour {
            Flavour::Async | Flavour::AsyncGenerator => "async def",
            _ => "def",
        };
        let mut body = Body {
            lines: vec![format!("{word} f({parameters}):")],
            indent: 1,
            flavour,
            in_loop: false,
            globals: false,
            depth: 0,
            fuel: 6 + self.rng.below(18),
            label: 0,
        };
        if self.rng.chance(1, 6) {
            body.line("'doc'");
        }
        body.globals = self.rng.chance(1, 8);
        if body.globals {
            body.line("global a2, g");
            body.line(self.rng.pick(&["g = 1", "a2 = []", "g = a2 = 'g'"]));
        }
        self.first_values(&parameters, &mut body);
        while body.fuel > 0 {
            self.statement(&mut body);
        }
        match flavour {
            Flavour::Generator | Flavour::AsyncGenerator => body.line("yield 'end'"),
            _ => body.line("return ('end', k)"),
        }
        out.push(Chunk::new(Kind::Statements, body.lines.join("\n")));
        for call in calls {
            let text = match flavour {
                Flavour::Plain => format!("print(f({call}))"),
                Flavour::Generator if self.rng.chance(1, 3) => format!("print(list(f({call})))"),
                Flavour::Generator => {
                    let step = self
                        .rng
                        .pick(&["1", "None", "ValueError('thrown')", "KeyError(1)"]);
                    format!("print(drive(f({call}), 1, {step}, 'two', GeneratorExit(), 3))")
                }
                Flavour::Async => format!("print(run(f({call})))"),
                Flavour::AsyncGenerator => {
                    format!(
                        "async def all():\n    return [x async for x in f({call})]\nprint(run(all()))"
                    )
                }
            };
            out.push(Chunk::new(Kind::Traced, text));
        }
    }

    /// Parameters, and arguments that mostly fit.
    fn signature(&mut self) -> (String, Vec<String>) {
        let forms: &[(&str, &[&str])] = &[
            (
                "a, b=2, *c, k=3, **d",
                &[
                    "1",
                    "1, 2, 3, 4",
                    "b=1, a=2, k=5",
                    "*[1, 2], **{'k': 1, 'z': 2}",
                    "",
                    "1, a=2",
                ],
            ),
            (
                "a, /, b, *, k='k'",
                &[
                    "1, 2",
                    "1, b=[3], k=None",
                    "a=1, b=2",
                    "1, 2, 3",
                    "*'ab', k=(1,)",
                ],
            ),
            (
                "a=None, b=(), k=0",
                &[
                    "",
                    "1, 2, 3",
                    "k=1",
                    "z=1",
                    "1, 2, 3, 4",
                    "**{'a': 'x'}",
                    "**{1: 2}",
                    "*1",
                ],
            ),
            (
                "a, b, k",
                &[
                    "1, 2, 3",
                    "[1], {}, None",
                    "1",
                    "*range(3)",
                    "a=1, k=2",
                    "1, 2, k=3, **{'k': 4}",
                ],
            ),
            ("*a, k, b=1", &["k=1", "1, 2, k=2", "", "1, k=1, c=2"]),
            (
                "a: int, b: 'str' = 's', *, k: list = [1]",
                &["1", "'x', b=None, k=2", "k=0"],
            ),
            (
                "k, **a",
                &["1", "k=2, b=3", "1, **{'x y': 1}", "1, k=2", "**{'k': []}"],
            ),
        ];
        let (parameters, calls) = forms[self.rng.below(forms.len())];
        let count = 1 + self.rng.below(3);
        let calls = (0..count)
            .map(|_| self.rng.pick(calls).to_owned())
            .collect();
        (parameters.to_owned(), calls)
    }

    /// Values for most of the variables that are no parameters, lest all programs end in NameError.
    fn first_values(&mut self, parameters: &str, body: &mut Body) {
        let names = |c: char| !c.is_ascii_alphanumeric();
        for name in VARIABLES {
            if !parameters.split(names).any(|p| p == *name) && !self.rng.chance(1, 12) {
                body.line(format!("{name} = {}", self.rng.pick(LITERALS)));
            }
        }
    }

    fn variable(&mut self) -> &'static str {
        self.rng.pick(VARIABLES)
    }

    /// A condition; it may use any number of variables.
    fn condition(&mut self) -> String {
        let (x, y) = (self.variable(), self.variable());
        let literal = self.rng.pick(LITERALS);
        match self.rng.below(15) {
            0 => x.to_owned(),
            1 => format!("not {x}"),
            2 => format!("{x} < {literal}"),
            3 => format!("{x} == {y}"),
            4 => format!("{x} is None"),
            5 => format!("{x} in {literal}"),
            6 => format!("isinstance({x}, (int, str))"),
            7 => format!("{x} != {literal} or {y}"),
            8 => format!("{x} and {y} is not None"),
            9 => format!("0 <= {x} < 5"),
            10 => format!("({x} := {literal})"),
            11 => format!("{x} not in (1, {y}) and not {y}"),
            12 => format!("any({y} == i for i in {literal})"),
            13 => format!("{x} <= {} or {y} >= 2", self.value("small")),
            _ => format!("callable({x}) or {x} == {literal} == {y}"),
        }
    }

    /// An expression with one variable at most.
    fn build(&mut self) -> String {
        let x = self.variable();
        let (literal, other) = (self.rng.pick(LITERALS), self.rng.pick(LITERALS));
        match self.rng.below(35) {
            0..=3 => literal.to_owned(),
            4 => x.to_owned(),
            5 => format!("{x} + {literal}"),
            6 => format!("{literal} - {x}"),
            7 => format!("[{x}, *{literal}]"),
            8 => format!("({literal}, {x})"),
            9 => format!("{{'a': {x}, **{literal}}}"),
            10 => format!("{x}[{literal}]"),
            11 => format!("{x}[{}:]", self.value("small")),
            12 => format!("fun({x}, *{literal}, d={other})"),
            13 => format!("fun({literal}, **{{'kw': {x}}})"),
            14 => format!("(lambda y={x}, *z: (y, z))({literal})"),
            15 => format!("[{literal} for i in {x}]"),
            16 => format!("[i for i in {literal} if i != {x}]"),
            17 => match self.rng.below(4) {
                0 => format!("sum(i for i in {literal} if i != {x})"),
                1 => format!("set(i for i in {literal})"),
                _ => format!("{{i: {other} for i in {literal}}}"),
            },
            18 => {
                // Builtins that use up a generator expression in its own loop.
                let user = self
                    .rng
                    .pick(&["list", "tuple", "set", "sorted", "all", "any", "max", "min"]);
                format!("{user}(({literal}, i) for i in {other})")
            }
            19 => format!("{x}.x"),
            20 => format!("f'{{{x}!r:>8}}|{{{literal}=}}'")
                .replace("'a'", "\"a\"")
                .replace("'s'", "\"s\""),
            21 => format!("{x} if {} else {literal}", self.condition()),
            22 => format!("({} and {literal})", self.condition()),
            23 => format!("len({x})"),
            24 => format!("str({x})[:9]"),
            25 => format!("-{x}"),
            26 => format!("{x} % {literal}"),
            27 => format!("(lambda: {x})()"),
            28 => format!("[(i, j) for i in {literal} for j in {other} if j]"),
            29 => format!("next(iter({x}), {literal})"),
            30 => format!("{x}({literal})"),
            31 => format!("{x} // {literal}"),
            32 => format!("sorted({x}, key=lambda i: -i)"),
            33 => format!("len({{i for i in {literal} if i != {x}}})"),
            _ => format!("dict(zip('ab', [{x}, {literal}]))"),
        }
    }

    fn suite(&mut self, body: &mut Body) {
        body.indent += 1;
        body.depth += 1;
        let count = if body.depth > 3 {
            1
        } else {
            1 + self.rng.below(3)
        };
        for _ in 0..count {
            if body.depth > 4 {
                let text = self.simple(body);
                body.line(text);
            } else {
                self.statement(body);
            }
        }
        body.depth -= 1;
        body.indent -= 1;
    }

    fn statement(&mut self, body: &mut Body) {
        body.fuel = body.fuel.saturating_sub(1);
        match self.rng.below(30) {
            0..=2 => self.conditional(body),
            3 | 4 => self.for_loop(body),
            5 => self.while_loop(body),
            6..=8 => self.try_statement(body),
            9 => self.with_statement(body),
            10 | 11 => self.match_statement(body),
            12 | 13 => self.inner_function(body),
            14 => self.inner_class(body),
            15 | 16 if body.flavour != Flavour::Plain => self.suspension(body),
            _ => {
                let text = self.simple(body);
                body.line(text);
            }
        }
    }

    /// A statement of one line.
    fn simple(&mut self, body: &mut Body) -> String {
        body.label += 1;
        let (x, y) = (self.variable(), self.variable());
        let label = body.label;
        if body.globals && self.rng.chance(1, 6) {
            return self
                .rng
                .pick(&["del g", "g = 2", "print(g)", "del a2", "g += 1", "a2 = g"])
                .to_owned();
        }
        match self.rng.below(27) {
            0..=6 => format!("{x} = {}", self.build()),
            7..=9 => format!("print({label}, {x})"),
            10 => format!(
                "{x} {} {}",
                self.rng.pick(&["+=", "-=", "//=", "%=", "|=", "&=", "^="]),
                self.rng.pick(LITERALS)
            ),
            11 => format!("{x}, {y} = {y}, 1"),
            12 => format!("{x}, *{y} = {}", self.build()),
            13 => format!("[{x}, ({y}, e)] = {}", self.build()),
            14 => format!("{x} = {y} = {}", self.rng.pick(LITERALS)),
            15 => format!("del {x}"),
            16 => format!(
                "assert {}, {}",
                self.condition(),
                self.rng.pick(&["'m'", "b", "1"])
            ),
            17 => format!("{x}[{}] = {}", self.value("small"), self.rng.pick(LITERALS)),
            18 => format!("{x}.x = {}", self.rng.pick(LITERALS)),
            19 => format!("raise {}", self.thrown()),
            20 if body.in_loop => self.rng.pick(&["break", "continue"]).to_owned(),
            21 if body.depth > 0 && self.rng.chance(1, 2) => match body.flavour {
                Flavour::AsyncGenerator => "return".to_owned(),
                _ => format!("return {}", self.build()),
            },
            22 => format!("{x}: int = {}", self.build()),
            23 => format!("print({label}, *[{x}], sep='-')"),
            24 => format!("{}.append({})", x, self.rng.pick(LITERALS)),
            25 => format!("if {}: {x} = {}", self.condition(), self.build()),
            _ => format!("print({label}, {})", self.build()),
        }
    }

    fn thrown(&mut self) -> String {
        let error = self.rng.pick(THROWN);
        match self.rng.below(5) {
            0 => format!("{error} from {}", self.rng.pick(THROWN)),
            1 => format!("{error} from None"),
            _ => error.to_owned(),
        }
    }

    fn conditional(&mut self, body: &mut Body) {
        let condition = self.condition();
        body.line(format!("if {condition}:"));
        self.suite(body);
        if self.rng.chance(1, 3) {
            let condition = self.condition();
            body.line(format!("elif {condition}:"));
            self.suite(body);
        }
        if self.rng.chance(1, 2) {
            body.line("else:");
            self.suite(body);
        }
    }

    fn looped(&mut self, body: &mut Body) {
        let before = std::mem::replace(&mut body.in_loop, true);
        self.suite(body);
        body.in_loop = before;
        if self.rng.chance(1, 4) {
            body.line("else:");
            self.suite(body);
        }
    }

    fn for_loop(&mut self, body: &mut Body) {
        let (x, y) = (self.variable(), self.variable());
        let head = match self.rng.below(8) {
            0 => format!("for {x} in range(3):"),
            1 => format!("for {x} in range(2, -4, -2):"),
            2 => format!("for {x}, {y} in enumerate('ab'):"),
            3 => format!("for {x} in {}:", self.rng.pick(LITERALS)),
            4 => format!("for {x}, *{y} in [(1, 2), 'ab', [3]]:"),
            5 => format!("for {x}, {y} in {{'p': 1, 'q': 2}}.items():"),
            6 => format!(
                "for {x} in It(1, {}):",
                self.rng.pick(&["2", "ValueError('it')", "'x'"])
            ),
            _ => format!("for {x} in [*zip((1, 2), 'xy')]:"),
        };
        let asynchronous = matches!(body.flavour, Flavour::Async | Flavour::AsyncGenerator);
        if asynchronous && self.rng.chance(1, 3) {
            body.line(format!("async for {x} in AIter(1, 2):"));
        } else {
            body.line(head);
        }
        self.looped(body);
    }

    fn while_loop(&mut self, body: &mut Body) {
        body.label += 1;
        let counter = format!("n{}", body.label);
        body.line(format!("{counter} = 0"));
        let condition = self.condition();
        match self.rng.below(3) {
            0 => body.line(format!("while {counter} < 3:")),
            1 => body.line(format!("while ({condition}) and {counter} < 3:")),
            _ => {
                body.line("while True:");
                body.line(format!("    if {counter} > 2: break"));
            }
        }
        body.line(format!("    {counter} += 1"));
        self.looped(body);
    }

    fn try_statement(&mut self, body: &mut Body) {
        body.line("try:");
        self.suite(body);
        let handlers = self.rng.below(3);
        let group = self.rng.chance(1, 8);
        for index in 0..handlers {
            let (first, second) = (self.rng.pick(ERRORS), self.rng.pick(ERRORS));
            let star = if group { "*" } else { "" };
            let head = match self.rng.below(4) {
                0 => format!("except{star} ({first}, {second}) as e:"),
                1 => format!("except{star} {first}, {second}:"),
                2 if index + 1 == handlers && !group => "except:".to_owned(),
                _ => format!("except{star} {first} as {}:", self.rng.pick(&["e", "d"])),
            };
            body.line(head);
            // `break`, `continue` and `return` may not leave an `except*`.
            let (in_loop, depth) = (body.in_loop, body.depth);
            if group {
                body.label += 1;
                body.line(format!("    print({}, 'handler')", body.label));
                continue;
            }
            self.suite(body);
            (body.in_loop, body.depth) = (in_loop, depth);
            if self.rng.chance(1, 6) {
                body.line("    raise");
            }
        }
        if handlers > 0 && self.rng.chance(1, 4) {
            body.line("else:");
            self.suite(body);
        }
        if handlers == 0 || self.rng.chance(1, 3) {
            body.line("finally:");
            self.suite(body);
        }
    }

    fn with_statement(&mut self, body: &mut Body) {
        let asynchronous = matches!(body.flavour, Flavour::Async | Flavour::AsyncGenerator);
        let word = if asynchronous && self.rng.chance(1, 2) {
            "async with"
        } else {
            "with"
        };
        let swallow =
            self.rng
                .pick(&["", ", ValueError", ", (TypeError, KeyError)", ", Exception"]);
        let x = self.variable();
        body.line(match self.rng.below(4) {
            0 => format!("{word} CM('m'{swallow}):"),
            1 => format!("{word} CM('m'{swallow}) as {x}, CM({x}):"),
            2 => format!("{word} (CM(1) as {x}, CM(2{swallow}) as {x},):"),
            _ => format!("{word} CM('n'{swallow}) as {x}:"),
        });
        self.suite(body);
    }

    fn pattern(&mut self, depth: usize, names: &mut Vec<&'static str>) -> String {
        // A name may be bound once; now and then it is bound twice, which does not compile.
        let capture = match names.is_empty() || self.rng.chance(1, 60) {
            true => "_",
            false => names.remove(self.rng.below(names.len())),
        };
        if depth == 0 {
            return match self.rng.below(8) {
                0 => "_".to_owned(),
                1 => capture.to_owned(),
                _ => self
                    .rng
                    .pick(&[
                        "1", "-3", "'s'", "None", "True", "1.5", "b'y'", "1+2j", "int()", "str(e)",
                        "-0.5",
                    ])
                    .to_owned(),
            };
        }
        let inner = self.pattern(depth - 1, names);
        match self.rng.below(12) {
            0 => format!("[{inner}, *{}]", self.rng.pick(&["_", capture])),
            1 => format!("({inner}, {})", self.pattern(0, names)),
            2 => format!("[*{capture}, {inner}]"),
            3 => format!(
                "{{'a': {inner}, **{}}}",
                if capture == "_" { "e" } else { capture }
            ),
            4 => format!("{{'a': {inner}, 1: {}}}", self.pattern(0, names)),
            5 => format!("P({inner})"),
            6 => format!("P(x={inner}, y={})", self.pattern(0, names)),
            7 => format!(
                "({} | {})",
                self.rng.pick(&["1", "None", "'s'"]),
                self.rng.pick(&["2", "'x'", "[]", "int()"])
            ),
            8 => format!("{inner} as {}", if capture == "_" { "e" } else { capture }),
            9 => self
                .rng
                .pick(&[
                    "int(k)",
                    "list()",
                    "tuple((b, c))",
                    "types.NoneType",
                    "object(x=k)",
                    "float() | int()",
                    "str()",
                    "P(1, 2, 3)",
                    "dict(a=1)",
                ])
                .to_owned(),
            10 => format!("({inner})"),
            _ => "[]".to_owned(),
        }
    }

    fn match_statement(&mut self, body: &mut Body) {
        let subject = if self.rng.chance(1, 3) {
            "a, b".to_owned()
        } else {
            self.build()
        };
        body.line(format!("match {subject}:"));
        body.indent += 1;
        for _ in 0..1 + self.rng.below(4) {
            let depth = self.rng.below(3);
            let mut pattern = self.pattern(depth, &mut vec!["a", "b", "c", "d"]);
            // What matches everything must come last.
            let open = pattern.trim_matches(['(', ')']);
            let open = open
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'_' || b == b' ');
            if open && !self.rng.chance(1, 40) {
                pattern = "(_, 1)".to_owned();
            }
            let guard = match self.rng.chance(1, 4) {
                true => format!(" if {}", self.condition()),
                false => String::new(),
            };
            body.line(format!("case {pattern}{guard}:"));
            self.suite(body);
        }
        if self.rng.chance(1, 2) {
            body.line("case _:");
            self.suite(body);
        }
        body.indent -= 1;
    }

    fn inner_function(&mut self, body: &mut Body) {
        body.label += 1;
        let (name, x) = (format!("in{}", body.label), self.variable());
        if self.rng.chance(1, 5) {
            body.line("@(lambda f: (print('decorated', f.__name__), f)[1])");
        }
        let parameters = self.rng.pick(&["p=1", "*p", "p=a", "p=k, *, q=2", "**p"]);
        body.line(format!(
            "def {name}{}({parameters}):",
            self.rng.pick(&["", "", "", "[T]"])
        ));
        if self.rng.chance(1, 2) {
            body.line(format!("    nonlocal {x}"));
        }
        let flavour = std::mem::replace(&mut body.flavour, Flavour::Plain);
        let in_loop = std::mem::replace(&mut body.in_loop, false);
        self.suite(body);
        body.line(format!("    return ({x}, p)"));
        (body.flavour, body.in_loop) = (flavour, in_loop);
        let label = body.label;
        let call = self.rng.pick(&["", "", "5", "1, 2", "q=3"]);
        body.line(format!("print({label}, {name}({call}))"));
    }

    fn inner_class(&mut self, body: &mut Body) {
        body.label += 1;
        let (name, x) = (format!("K{}", body.label), self.variable());
        let bases = self.rng.pick(&[
            "",
            "(P)",
            "(list)",
            "(SubInt)",
            "(metaclass=Meta)",
            "(Exception)",
            "[T](P)",
            "[T]",
        ]);
        body.line(format!("class {name}{bases}:"));
        body.line(format!("    {x} = {}", self.build()));
        body.line(format!(
            "    z = {}",
            self.rng.pick(&[
                x,
                "__qualname__",
                "[i for i in 'ab']",
                "__name__",
                "Desc()",
                "k"
            ])
        ));
        body.line("    def m(self): return (__class__.__name__, self.z)");
        let label = body.label;
        let args = self.rng.pick(&["", "", "1"]);
        body.line(format!("{x} = {name}({args})"));
        body.line(format!(
            "print({label}, {name}.z, {x}.m(), {name}.__mro__[1].__name__)"
        ));
    }

    fn suspension(&mut self, body: &mut Body) {
        let x = self.variable();
        let value = self.build();
        let text = match body.flavour {
            Flavour::Generator => match self.rng.below(4) {
                0 => format!(
                    "{x} = yield from {}",
                    self.rng
                        .pick(&["gen(1)", "[1, 2]", "It(1, 2)", "'ab'", "3"])
                ),
                1 => format!("yield {value}"),
                _ => format!("{x} = yield {value}"),
            },
            Flavour::AsyncGenerator if self.rng.chance(1, 2) => format!("{x} = yield {value}"),
            _ => match self.rng.below(5) {
                0 => format!("{x} = await coro({value})"),
                1 => format!("{x} = [i async for i in AIter(1, 2)]"),
                2 => format!("{x} = [await Pause(i) for i in (1, 2)]"),
                3 => format!("{x} = {{i: 1 async for i in agen(2) if i}}"),
                _ => format!(
                    "{x} = await {}",
                    self.rng
                        .pick(&["Pause('p')", "coro()", "1", "agen(1).__anext__()"])
                ),
            },
        };
        body.line(text);
    }
}
