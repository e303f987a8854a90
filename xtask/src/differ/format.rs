//! Formatting: specifications, `%`, `str.format`, f-strings and t-strings.

use super::generate::Gen;

const FORMATTED: &[&str] = &[
    "int", "float", "float", "complex", "str", "bool", "arith", "small", "NoneType", "odd", "list",
    "object", "bytes",
];

impl Gen<'_> {
    /// A format specification, mostly a valid one.
    pub fn spec(&mut self) -> String {
        let mut text = String::new();
        if self.rng.chance(1, 2) {
            if self.rng.chance(1, 2) {
                text += self
                    .rng
                    .pick(&["*", "0", " ", "é", "x", "-", "😀", "<", ","]);
            }
            text += self.rng.pick(&["<", ">", "^", "="]);
        }
        for (part, times) in [
            (["+", "-", " "], 3),
            (["z"; 3], 6),
            (["#"; 3], 4),
            (["0"; 3], 5),
        ] {
            if self.rng.chance(1, times) {
                text += self.rng.pick(&part);
            }
        }
        if self.rng.chance(1, 2) {
            text += self.rng.pick(&["1", "5", "8", "10", "20", "33", "0"]);
        }
        if self.rng.chance(1, 5) {
            text += self.rng.pick(&[",", "_", "_", ",", ",,", ",_"]);
        }
        if self.rng.chance(2, 5) {
            text += self.rng.pick(&[
                ".0", ".1", ".2", ".3", ".6", ".10", ".17", ".30", ".", ".3,", ".4_",
            ]);
        }
        if self.rng.chance(3, 4) {
            text += self.rng.pick(&[
                "b", "c", "d", "e", "E", "f", "F", "g", "G", "n", "o", "s", "x", "X", "%", "q",
                "d", "f", "g", "s",
            ]);
        }
        text
    }

    fn formatted(&mut self) -> String {
        let kind = self.rng.pick(FORMATTED);
        self.value(kind)
    }

    pub fn formatting(&mut self) -> String {
        match self.rng.below(6) {
            0 | 1 => {
                let value = self.formatted();
                format!("format({value}, {:?})", self.spec())
            }
            2 => self.percent(),
            3 => self.format_method(),
            _ => self.f_string(),
        }
    }

    fn conversion(&mut self) -> String {
        let mut text = "%".to_owned();
        if self.rng.chance(1, 12) {
            text += self.rng.pick(&["(a)", "(x)", "()"]);
        }
        for flag in ["-", "+", " ", "#", "0"] {
            if self.rng.chance(1, 5) {
                text += flag;
            }
        }
        if self.rng.chance(1, 2) {
            text += self.rng.pick(&["1", "5", "12", "*", "0"]);
        }
        if self.rng.chance(1, 3) {
            text += self.rng.pick(&[".", ".0", ".2", ".5", ".*", ".20"]);
        }
        if self.rng.chance(1, 20) {
            text += self.rng.pick(&["l", "h", "L"]);
        }
        text + self.rng.pick(&[
            "d", "i", "u", "o", "x", "X", "e", "E", "f", "F", "g", "G", "c", "r", "s", "a", "%",
            "b", "y", "d", "s",
        ])
    }

    fn percent(&mut self) -> String {
        let count = 1 + self.rng.below(2);
        let text: Vec<String> = (0..count).map(|_| self.conversion()).collect();
        let stars = text.concat().matches('*').count();
        let mut values: Vec<String> = Vec::new();
        for one in &text {
            for _ in 0..one.matches('*').count() {
                values.push(self.value("small"));
            }
            values.push(self.formatted());
        }
        if self.rng.chance(1, 12) {
            values.pop();
        }
        let prefix = if self.rng.chance(1, 4) { "b" } else { "" };
        let right = match text.concat().contains('(') {
            true => format!(
                "{{'a': {}, 'x': {}, '': 0}}",
                self.formatted(),
                self.formatted()
            ),
            false if count == 1 && stars == 0 && self.rng.chance(1, 2) => self.any(),
            false => format!("({},)", values.join(", ")),
        };
        format!(
            "{prefix}'{}' % {right}",
            text.join(self.rng.pick(&["", "-", " "]))
        )
    }

    fn format_method(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..1 + self.rng.below(3) {
            let field = self.rng.pick(&[
                "",
                "",
                "0",
                "1",
                "x",
                "x.real",
                "0[0]",
                "x[a]",
                "0.__class__",
                "x[-1]",
                "y",
                "0[",
                "a.",
                "2",
            ]);
            let conversion = self.rng.pick(&["", "", "", "!r", "!s", "!a", "!z", "!"]);
            let spec = match self.rng.below(5) {
                0 | 1 => String::new(),
                2 => ":{}".to_owned(),
                3 => ":{0}>{x}".to_owned(),
                _ => format!(":{}", self.spec()),
            };
            text += &format!("{{{field}{conversion}{spec}}}");
            text += self.rng.pick(&["", " ", "{{", "}}", "é"]);
        }
        if self.rng.chance(1, 20) {
            text += self.rng.pick(&["{", "}", "{0", "{!"]);
        }
        // A value may be a width.
        let a = match text.contains(":{}") {
            true => self.value("small"),
            false => self.formatted(),
        };
        let (b, x) = (self.value("small"), self.formatted());
        format!("{text:?}.format({a}, {b}, x={x})")
    }

    fn f_string(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..1 + self.rng.below(2) {
            let value = self.formatted().replace('\\', "\\\\");
            let value = if value.contains(['"', '\\', '\n']) {
                "1".to_owned()
            } else {
                value
            };
            let equals = self.rng.pick(&["", "", "", "=", " = "]);
            let conversion = self.rng.pick(&["", "", "", "!r", "!s", "!a"]);
            let spec = match self.rng.below(4) {
                0 | 1 => String::new(),
                2 => format!(":{{{}}}", self.value("small")),
                _ => format!(":{}", self.spec()),
            };
            text += &format!("{{({value}){equals}{conversion}{spec}}}");
            text += self.rng.pick(&["", " ", "{{", "}}", "é", "\\n"]);
        }
        if self.rng.chance(1, 6) {
            return format!("(t := t\"{text}\", list(t), t.values, t.strings)");
        }
        format!("f\"{text}\"")
    }
}
