//! Expressions back to text, for annotations under PEP 563: as short as the grammar allows, as
//! CPython writes them.

use krait_bytecode::Const;
use krait_syntax::Source;
use ruff_python_ast::{
    self as ast, BoolOp, CmpOp, Comprehension, ConversionFlag, Expr, FStringPart,
    InterpolatedStringElement, Number, Operator, UnaryOp,
};
use ruff_text_size::Ranged;

/// Binding strength, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arith,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    fn tighter(self) -> Level {
        use Level::*;
        const ORDER: [Level; 16] = [
            Tuple, Test, Or, And, Not, Compare, BitOr, BitXor, BitAnd, Shift, Arith, Term, Factor,
            Power, Await, Atom,
        ];
        let at = ORDER.iter().position(|&l| l == self).unwrap_or(15);
        ORDER[(at + 1).min(15)]
    }
}

/// The text of an expression.
pub(crate) fn unparse(expr: &Expr, source: &Source) -> String {
    unparse_at(expr, source, Level::Test)
}

fn unparse_at(expr: &Expr, source: &Source, level: Level) -> String {
    let mut writer = Writer {
        out: String::new(),
        source,
    };
    writer.expr(expr, level);
    writer.out
}

struct Writer<'a> {
    out: String,
    source: &'a Source,
}

impl Writer<'_> {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn grouped(&mut self, needed: bool, f: impl FnOnce(&mut Self)) {
        if needed {
            self.push("(");
        }
        f(self);
        if needed {
            self.push(")");
        }
    }

    fn list<T>(&mut self, items: &[T], mut f: impl FnMut(&mut Self, &T)) {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            f(self, item);
        }
    }

    fn expr(&mut self, expr: &Expr, level: Level) {
        crate::limits::grow_stack(|| self.expr_inner(expr, level));
    }

    fn expr_inner(&mut self, expr: &Expr, level: Level) {
        match expr {
            Expr::Name(node) => self.push(&node.id),
            Expr::Attribute(node) => {
                self.expr(&node.value, Level::Atom);
                // `1 .real`, not a float.
                let is_int = matches!(&*node.value, Expr::NumberLiteral(n) if n.value.is_int());
                self.push(if is_int { " ." } else { "." });
                self.push(&node.attr.id);
            }
            Expr::Call(node) => self.call(node),
            Expr::Subscript(node) => {
                self.expr(&node.value, Level::Atom);
                self.push("[");
                self.expr(&node.slice, Level::Tuple);
                self.push("]");
            }
            Expr::Slice(node) => self.slice(node),
            Expr::Starred(node) => {
                self.push("*");
                self.expr(&node.value, Level::BitOr);
            }
            Expr::Tuple(node) => self.tuple(&node.elts, level),
            Expr::List(node) => {
                self.push("[");
                self.list(&node.elts, |w, e| w.expr(e, Level::Test));
                self.push("]");
            }
            Expr::Set(node) => {
                self.push("{");
                self.list(&node.elts, |w, e| w.expr(e, Level::Test));
                self.push("}");
            }
            Expr::Dict(node) => self.dict(node),
            Expr::BinOp(node) => self.binary(node, level),
            Expr::UnaryOp(node) => self.unary(node, level),
            Expr::BoolOp(node) => {
                let (mine, word) = match node.op {
                    BoolOp::And => (Level::And, " and "),
                    BoolOp::Or => (Level::Or, " or "),
                };
                self.grouped(level > mine, |w| {
                    for (at, value) in node.values.iter().enumerate() {
                        if at > 0 {
                            w.push(word);
                        }
                        w.expr(value, mine.tighter());
                    }
                });
            }
            Expr::Compare(node) => self.grouped(level > Level::Compare, |w| {
                w.expr(&node.left, Level::BitOr);
                for (op, right) in node.ops.iter().zip(&node.comparators) {
                    w.push(compare_text(*op));
                    w.expr(right, Level::BitOr);
                }
            }),
            Expr::If(node) => self.grouped(level > Level::Test, |w| {
                w.expr(&node.body, Level::Or);
                w.push(" if ");
                w.expr(&node.test, Level::Or);
                w.push(" else ");
                w.expr(&node.orelse, Level::Test);
            }),
            Expr::Lambda(node) => self.grouped(level > Level::Test, |w| {
                w.push("lambda");
                if let Some(parameters) = &node.parameters
                    && !parameters.is_empty()
                {
                    w.push(" ");
                    w.parameters(parameters);
                }
                w.push(": ");
                w.expr(&node.body, Level::Test);
            }),
            Expr::Named(node) => self.grouped(level > Level::Tuple, |w| {
                w.expr(&node.target, Level::Atom);
                w.push(" := ");
                w.expr(&node.value, Level::Atom);
            }),
            Expr::Await(node) => self.grouped(level > Level::Await, |w| {
                w.push("await ");
                w.expr(&node.value, Level::Atom);
            }),
            Expr::Yield(node) => {
                self.push("(yield");
                if let Some(value) = &node.value {
                    self.push(" ");
                    self.expr(value, Level::Tuple);
                }
                self.push(")");
            }
            Expr::YieldFrom(node) => {
                self.push("(yield from ");
                self.expr(&node.value, Level::Test);
                self.push(")");
            }
            Expr::ListComp(node) => self.comprehension("[", None, &node.elt, &node.generators, "]"),
            Expr::SetComp(node) => self.comprehension("{", None, &node.elt, &node.generators, "}"),
            Expr::Generator(node) => {
                self.comprehension("(", None, &node.elt, &node.generators, ")");
            }
            Expr::DictComp(node) => {
                let key = node.key.as_deref();
                self.comprehension("{", key, &node.value, &node.generators, "}");
            }
            Expr::FString(node) => self.f_string(node),
            other => self.literal(other),
        }
    }

    fn literal(&mut self, expr: &Expr) {
        match expr {
            Expr::NoneLiteral(_) => self.push("None"),
            Expr::EllipsisLiteral(_) => self.push("..."),
            Expr::BooleanLiteral(node) => self.push(if node.value { "True" } else { "False" }),
            Expr::NumberLiteral(node) => match &node.value {
                Number::Int(int) => self.push(&int.to_string()),
                Number::Float(value) => self.push(&float_repr(*value, true)),
                Number::Complex { imag, .. } => {
                    let text = float_repr(*imag, false) + "j";
                    self.push(&text);
                }
            },
            Expr::StringLiteral(node) => {
                let mut bytes = Vec::new();
                for part in node.value.iter() {
                    bytes.extend_from_slice(&krait_syntax::string_value(self.source, part));
                }
                if node.value.is_unicode() {
                    self.push("u");
                }
                let text = str_repr(&String::from_utf8_lossy(&bytes));
                self.push(&text);
            }
            Expr::BytesLiteral(node) => {
                let mut bytes = Vec::new();
                for part in node.value.iter() {
                    bytes.extend_from_slice(&krait_syntax::bytes_value(self.source, part));
                }
                self.push(&bytes_repr(&bytes));
            }
            other => {
                let text = self.source.slice(other.range()).to_owned();
                self.push(&text);
            }
        }
    }

    fn tuple(&mut self, elts: &[Expr], level: Level) {
        if elts.is_empty() {
            return self.push("()");
        }
        self.grouped(level > Level::Tuple, |w| {
            w.list(elts, |w, e| w.expr(e, Level::Test));
            if elts.len() == 1 {
                w.push(",");
            }
        });
    }

    fn dict(&mut self, node: &ast::ExprDict) {
        self.push("{");
        self.list(&node.items, |w, item| match &item.key {
            Some(key) => {
                w.expr(key, Level::Test);
                w.push(": ");
                w.expr(&item.value, Level::Test);
            }
            None => {
                w.push("**");
                w.expr(&item.value, Level::BitOr);
            }
        });
        self.push("}");
    }

    fn call(&mut self, node: &ast::ExprCall) {
        self.expr(&node.func, Level::Atom);
        if let ([only @ Expr::Generator(_)], []) =
            (&*node.arguments.args, &*node.arguments.keywords)
        {
            return self.expr(only, Level::Atom);
        }
        self.push("(");
        self.list(&node.arguments.args, |w, e| w.expr(e, Level::Test));
        if !node.arguments.args.is_empty() && !node.arguments.keywords.is_empty() {
            self.push(", ");
        }
        self.list(&node.arguments.keywords, |w, keyword| {
            match &keyword.arg {
                Some(name) => {
                    w.push(&name.id);
                    w.push("=");
                }
                None => w.push("**"),
            }
            w.expr(&keyword.value, Level::Test);
        });
        self.push(")");
    }

    fn slice(&mut self, node: &ast::ExprSlice) {
        if let Some(lower) = &node.lower {
            self.expr(lower, Level::Test);
        }
        self.push(":");
        if let Some(upper) = &node.upper {
            self.expr(upper, Level::Test);
        }
        if let Some(step) = &node.step {
            self.push(":");
            self.expr(step, Level::Test);
        }
    }

    fn binary(&mut self, node: &ast::ExprBinOp, level: Level) {
        let (mine, text) = match node.op {
            Operator::Add => (Level::Arith, " + "),
            Operator::Sub => (Level::Arith, " - "),
            Operator::Mult => (Level::Term, " * "),
            Operator::MatMult => (Level::Term, " @ "),
            Operator::Div => (Level::Term, " / "),
            Operator::Mod => (Level::Term, " % "),
            Operator::FloorDiv => (Level::Term, " // "),
            Operator::LShift => (Level::Shift, " << "),
            Operator::RShift => (Level::Shift, " >> "),
            Operator::BitOr => (Level::BitOr, " | "),
            Operator::BitXor => (Level::BitXor, " ^ "),
            Operator::BitAnd => (Level::BitAnd, " & "),
            Operator::Pow => (Level::Power, " ** "),
        };
        let right_first = node.op == Operator::Pow;
        self.grouped(level > mine, |w| {
            w.expr(&node.left, if right_first { mine.tighter() } else { mine });
            w.push(text);
            w.expr(&node.right, if right_first { mine } else { mine.tighter() });
        });
    }

    fn unary(&mut self, node: &ast::ExprUnaryOp, level: Level) {
        let (mine, text) = match node.op {
            UnaryOp::Invert => (Level::Factor, "~"),
            UnaryOp::Not => (Level::Not, "not "),
            UnaryOp::UAdd => (Level::Factor, "+"),
            UnaryOp::USub => (Level::Factor, "-"),
        };
        self.grouped(level > mine, |w| {
            w.push(text);
            w.expr(&node.operand, mine);
        });
    }

    fn parameters(&mut self, parameters: &ast::Parameters) {
        let mut first = true;
        let mut separate = |w: &mut Self| {
            if !std::mem::replace(&mut first, false) {
                w.push(", ");
            }
        };
        let plain = |w: &mut Self, param: &ast::ParameterWithDefault| {
            w.push(&param.parameter.name.id);
            if let Some(default) = &param.default {
                w.push("=");
                w.expr(default, Level::Test);
            }
        };
        for param in &parameters.posonlyargs {
            separate(self);
            plain(self, param);
        }
        if !parameters.posonlyargs.is_empty() {
            self.push(", /");
        }
        for param in &parameters.args {
            separate(self);
            plain(self, param);
        }
        if parameters.vararg.is_some() || !parameters.kwonlyargs.is_empty() {
            separate(self);
            self.push("*");
            if let Some(vararg) = &parameters.vararg {
                self.push(&vararg.name.id);
            }
        }
        for param in &parameters.kwonlyargs {
            separate(self);
            plain(self, param);
        }
        if let Some(kwarg) = &parameters.kwarg {
            separate(self);
            self.push("**");
            self.push(&kwarg.name.id);
        }
    }

    fn comprehension(
        &mut self,
        open: &str,
        key: Option<&Expr>,
        value: &Expr,
        generators: &[Comprehension],
        close: &str,
    ) {
        self.push(open);
        if let Some(key) = key {
            self.expr(key, Level::Test);
            self.push(": ");
        }
        self.expr(value, Level::Test);
        for generator in generators {
            self.push(if generator.is_async {
                " async for "
            } else {
                " for "
            });
            self.expr(&generator.target, Level::Tuple);
            self.push(" in ");
            self.expr(&generator.iter, Level::Or);
            for test in &generator.ifs {
                self.push(" if ");
                self.expr(test, Level::Or);
            }
        }
        self.push(close);
    }

    fn f_string(&mut self, node: &ast::ExprFString) {
        let mut body = Writer {
            out: String::new(),
            source: self.source,
        };
        for part in &node.value {
            match part {
                FStringPart::Literal(literal) => {
                    let value = krait_syntax::string_value(self.source, literal);
                    body.push(&escape_braces(&String::from_utf8_lossy(&value)));
                }
                FStringPart::FString(f_string) => body.elements(&f_string.elements),
            }
        }
        let quoted = str_repr(&body.out);
        self.push("f");
        self.push(&quoted);
    }

    fn elements(&mut self, elements: &[InterpolatedStringElement]) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let text = escape_braces(&literal.value);
                    self.push(&text);
                }
                InterpolatedStringElement::Interpolation(node) => {
                    if let Some(debug) = &node.debug_text {
                        let text = escape_braces(debug.as_str());
                        self.push(&text);
                    }
                    let inner = unparse_at(&node.expression, self.source, Level::Or);
                    self.push(if inner.starts_with('{') { "{ " } else { "{" });
                    self.push(&inner);
                    let implied = node.debug_text.is_some() && node.format_spec.is_none();
                    match node.conversion {
                        ConversionFlag::None if implied => self.push("!r"),
                        ConversionFlag::None => {}
                        ConversionFlag::Str => self.push("!s"),
                        ConversionFlag::Repr => self.push("!r"),
                        ConversionFlag::Ascii => self.push("!a"),
                    }
                    if let Some(spec) = &node.format_spec {
                        self.push(":");
                        self.elements(&spec.elements);
                    }
                    self.push("}");
                }
            }
        }
    }
}

fn escape_braces(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

fn compare_text(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}

/// `repr` of a float: the shortest digits that read back; exponents from 1e16 and below 1e-4.
fn float_repr(value: f64, with_point: bool) -> String {
    if value.is_infinite() {
        return if value > 0.0 {
            "1e309".to_owned()
        } else {
            "-1e309".to_owned()
        };
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) || value == 0.0 {
        let plain = format!("{value}");
        let needs_point = with_point && !plain.contains('.');
        return if needs_point { plain + ".0" } else { plain };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

fn quote_for(has_single: bool, has_double: bool) -> char {
    if has_single && !has_double { '"' } else { '\'' }
}

fn str_repr(text: &str) -> String {
    let quote = quote_for(text.contains('\''), text.contains('"'));
    let mut out = String::from(quote);
    for ch in text.chars() {
        match ch {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => out.extend(['\\', c]),
            c if (c as u32) < 32 || c as u32 == 127 => {
                out.push_str(&format!("\\x{:02x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

fn bytes_repr(bytes: &[u8]) -> String {
    let quote = quote_for(bytes.contains(&b'\''), bytes.contains(&b'"'));
    let mut out = format!("b{quote}");
    for &byte in bytes {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\\' => out.push_str("\\\\"),
            b if char::from(b) == quote => out.extend(['\\', quote]),
            32..127 => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push(quote);
    out
}

/// `repr` of a literal constant, for messages.
pub(crate) fn repr_const(value: &Const) -> String {
    match value {
        Const::Str(text) => str_repr(&text.to_lossy()),
        Const::Bytes(bytes) => bytes_repr(bytes),
        Const::Float(bits) => float_repr(f64::from_bits(*bits), true),
        Const::Complex(re, im) => {
            let (re, im) = (f64::from_bits(*re), f64::from_bits(*im));
            if re == 0.0 && re.is_sign_positive() {
                return float_repr(im, false) + "j";
            }
            let sign = if im.is_sign_negative() { "" } else { "+" };
            format!(
                "({}{sign}{}j)",
                float_repr(re, false),
                float_repr(im, false)
            )
        }
        other => krait_bytecode::constant_text(other),
    }
}
