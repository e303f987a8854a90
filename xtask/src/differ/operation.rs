//! Expressions: operators, comparisons, subscripts.

use super::generate::Gen;

const NUMBERS: &[&str] = &["arith", "arith", "int", "float", "complex", "bool", "small"];
const BINARY: &[&str] = &["+", "-", "*", "/", "//", "%", "&", "|", "^", "@"];
const COMPARISONS: &[&str] = &[
    "<", "<=", "==", "!=", ">", ">=", "is", "is not", "in", "not in",
];
const SEQUENCES: &[&str] = &[
    "str",
    "bytes",
    "bytearray",
    "list",
    "tuple",
    "range",
    "memoryview",
];
/// Containers where a random subscript makes sense.
const CONTAINERS: &[&str] = &[
    "str",
    "bytes",
    "bytearray",
    "list",
    "tuple",
    "range",
    "memoryview",
    "dict",
    "odd",
    "SimpleNamespace",
    "mappingproxy",
    "type",
];

impl Gen<'_> {
    /// An expression with up to `depth` operators on each way down.
    pub fn operation(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.operand();
        }
        match self.rng.below(16) {
            0..=4 => self.arithmetic(depth),
            5 | 6 => {
                let (left, right) = (self.any(), self.any());
                let sign = self.rng.pick(BINARY);
                format!("({left} {sign} {right})")
            }
            7 | 8 => self.comparison(depth),
            9 => {
                let (sign, inner) = (
                    self.rng.pick(&["-", "+", "~", "not "]),
                    self.operation(depth - 1),
                );
                format!("({sign}{inner})")
            }
            10 => {
                let (a, b) = (self.operation(depth - 1), self.operation(depth - 1));
                format!("({a} {} {b})", self.rng.pick(&["and", "or"]))
            }
            11 => {
                let (a, b, c) = (
                    self.operation(depth - 1),
                    self.any(),
                    self.operation(depth - 1),
                );
                format!("({a} if {b} else {c})")
            }
            12 => {
                let base = self
                    .rng
                    .pick(&["arith", "float", "complex", "small", "odd"]);
                let (base, exponent) = (self.value(base), self.rng.pick(&["shift", "small"]));
                format!("(({base}) ** {})", self.value(exponent))
            }
            13 => {
                let (number, by) = (self.value("int"), self.value("shift"));
                format!("({number} {} {by})", self.rng.pick(&["<<", ">>"]))
            }
            14 => {
                let kind = self.rng.pick(SEQUENCES);
                let (sequence, by) = (self.value(kind), self.value("small"));
                match self.rng.chance(1, 2) {
                    true => format!("({sequence} * {by})"),
                    false => format!("({by} * {sequence})"),
                }
            }
            _ => {
                let (a, b) = (self.value("arith"), self.value("arith"));
                format!("divmod({a}, {b})")
            }
        }
    }

    fn operand(&mut self) -> String {
        let kind = self.rng.pick(NUMBERS);
        self.value(kind)
    }

    fn arithmetic(&mut self, depth: usize) -> String {
        let (left, right) = (self.operation(depth - 1), self.operand());
        // Products and sequences grow; only numbers stand here.
        let sign = self
            .rng
            .pick(&["+", "-", "/", "//", "%", "&", "|", "^", "+", "-"]);
        if self.rng.chance(1, 4) {
            let (a, b) = (self.operand(), self.operand());
            return format!("({a} * {b})");
        }
        match self.rng.chance(1, 2) {
            true => format!("({left} {sign} {right})"),
            false => format!("({right} {sign} {left})"),
        }
    }

    fn comparison(&mut self, depth: usize) -> String {
        let (mut left, mut right) = (self.operand(), self.operation(depth - 1));
        if self.rng.chance(1, 3) {
            (left, right) = (self.any(), self.any());
        }
        let mut sign = self.rng.pick(COMPARISONS);
        if sign.starts_with("is") {
            // Identity of equal numbers is the implementation's.
            right = self
                .rng
                .pick(&["None", "True", "...", "NotImplemented", "int"])
                .to_owned();
            if left.contains("int") || left.contains('(') {
                sign = "==";
            }
        }
        if self.rng.chance(1, 4) {
            let third = self.operand();
            return format!("({left} {sign} {right} < {third})");
        }
        format!("({left} {sign} {right})")
    }

    fn bound(&mut self) -> String {
        match self.rng.below(4) {
            0 => String::new(),
            1 => self.value("index"),
            _ => self.value("small"),
        }
    }

    fn slice(&mut self) -> String {
        let (start, stop) = (self.bound(), self.bound());
        match self.rng.chance(1, 2) {
            true => format!("{start}:{stop}"),
            false => format!("{start}:{stop}:{}", self.bound()),
        }
    }

    /// A subscript read, stored or deleted.
    pub fn slicing(&mut self) -> String {
        let kind = self.rng.pick(CONTAINERS);
        let container = self.value(kind);
        let subscript = match self.rng.below(5) {
            0 => self.value("subscript"),
            1 => self.any(),
            _ => self.slice(),
        };
        match self.rng.below(4) {
            0 | 1 => format!("({container})[{subscript}]"),
            2 => {
                let kind = self
                    .rng
                    .pick(&["list", "bytearray", "dict", "memoryview", "list"]);
                let container = self.value(kind);
                let value = match self.rng.below(3) {
                    0 => self.any(),
                    1 => self.value("small"),
                    _ => self.value("iterable"),
                };
                let sign = self.rng.pick(&["=", "=", "=", "+=", "*="]);
                let value = if sign == "*=" {
                    self.value("small")
                } else {
                    value
                };
                statement(&container, &format!("v[{subscript}] {sign} {value}"))
            }
            _ => {
                let kind = self.rng.pick(&["list", "bytearray", "dict", "list"]);
                let container = self.value(kind);
                statement(&container, &format!("del v[{subscript}]"))
            }
        }
    }
}

/// An expression that executes a statement about `v` and gives `v`.
fn statement(value: &str, text: &str) -> String {
    format!("(s := {{'v': {value}}}, exec({text:?}, globals(), s), s['v'])[2]")
}
