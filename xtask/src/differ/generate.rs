//! Programs from numbers. A program is a list of chunks that share a namespace; `driver.py` says
//! what becomes of them.

use super::rng::Rng;
use super::tables::{Member, Members, Tables};

/// What a chunk is to the driver.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An expression whose value is shown.
    Expression,
    /// Statements.
    Statements,
    /// Statements whose exception is shown with its traceback.
    Traced,
}

impl Kind {
    pub fn letter(self) -> &'static str {
        match self {
            Kind::Expression => "e",
            Kind::Statements => "x",
            Kind::Traced => "t",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chunk {
    pub kind: Kind,
    pub text: String,
    /// The member that this chunk uses, as `TYPE.NAME`, or the special method.
    pub reaches: Option<String>,
}

impl Chunk {
    pub fn new(kind: Kind, text: String) -> Chunk {
        Chunk {
            kind,
            text,
            reaches: None,
        }
    }

    pub fn reaching(text: String, member: String) -> Chunk {
        Chunk {
            kind: Kind::Expression,
            text,
            reaches: Some(member),
        }
    }
}

/// Kinds of values that an argument of any type is taken from.
const ANY: &[&str] = &[
    "int",
    "int",
    "small",
    "float",
    "complex",
    "str",
    "str",
    "bytes",
    "bytearray",
    "list",
    "tuple",
    "dict",
    "set",
    "frozenset",
    "range",
    "slice",
    "bool",
    "NoneType",
    "odd",
    "type",
    "letter",
];

/// What a chunk is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    Member,
    Builtin,
    Operation,
    Subscript,
    Format,
    Special,
    Class,
    Source,
    Body,
    Library,
}

/// The subjects with their names, and how many chunks of a hundred are about each. Of the library there is none yet.
const SUBJECTS: &[(Subject, &str, usize)] = &[
    (Subject::Member, "member", 30),
    (Subject::Builtin, "builtin", 8),
    (Subject::Operation, "operation", 10),
    (Subject::Subscript, "subscript", 7),
    (Subject::Format, "format", 12),
    (Subject::Special, "special", 6),
    (Subject::Class, "class", 6),
    (Subject::Source, "source", 7),
    (Subject::Body, "body", 14),
    (Subject::Library, "library", 0),
];

impl Subject {
    pub fn named(name: &str) -> Option<Subject> {
        let found = SUBJECTS.iter().find(|(_, n, _)| *n == name);
        found.map(|(subject, _, _)| *subject)
    }

    fn drawn(rng: &mut Rng) -> Subject {
        let mut at = rng.below(100);
        for &(subject, _, share) in SUBJECTS {
            if at < share {
                return subject;
            }
            at -= share;
        }
        unreachable!("the shares add up to a hundred")
    }
}

pub struct Gen<'t> {
    pub tables: &'t Tables,
    pub rng: Rng,
}

/// Chunks of program `number` of `seed`, all about `only` if that is given.
pub fn program(tables: &Tables, seed: u64, number: u64, only: Option<Subject>) -> Vec<Chunk> {
    let mut g = Gen {
        tables,
        rng: Rng::new(seed, number),
    };
    if let Some(subject) = only {
        let mut chunks = Vec::new();
        if subject == Subject::Library {
            g.turn(number, &tables.library, &mut chunks);
        }
        for _ in 0..6 {
            g.chunk(subject, &mut chunks);
        }
        return chunks;
    }
    let mut chunks = Vec::new();
    g.turn(number, &tables.members, &mut chunks);
    for _ in 0..2 + g.rng.below(5) {
        let subject = Subject::drawn(&mut g.rng);
        g.chunk(subject, &mut chunks);
    }
    chunks
}

impl Gen<'_> {
    fn chunk(&mut self, subject: Subject, out: &mut Vec<Chunk>) {
        match subject {
            Subject::Member => self.member_use(&self.tables.members, out),
            Subject::Library => self.member_use(&self.tables.library, out),
            Subject::Builtin => out.push(self.builtin_call()),
            Subject::Operation => {
                let text = self.operation(3);
                out.push(Chunk::new(Kind::Expression, text));
            }
            Subject::Subscript => {
                let text = self.slicing();
                out.push(Chunk::new(Kind::Expression, text));
            }
            Subject::Format => {
                let text = self.formatting();
                out.push(Chunk::new(Kind::Expression, text));
            }
            Subject::Special => self.special_method(out),
            Subject::Class => self.class_program(out),
            Subject::Source => self.source_program(out),
            Subject::Body => self.body_program(out),
        }
    }

    /// A value of a kind of `values.txt`.
    pub fn value(&mut self, kind: &str) -> String {
        let list = self.tables.values.get(kind);
        let list = list.unwrap_or_else(|| panic!("values.txt has no kind {kind:?}"));
        self.rng.pick(list).to_owned()
    }

    pub fn any(&mut self) -> String {
        let kind = self.rng.pick(ANY);
        self.value(kind)
    }

    /// One of the words, each of which may be a kind or something that is made here.
    fn argument(&mut self, kind: &str, same: &str) -> String {
        if let Some(text) = kind.strip_prefix('%') {
            return text.to_owned();
        }
        match kind {
            "any" => self.any(),
            "none" => "None".to_owned(),
            "spec" => format!("{:?}", self.spec()),
            "same" if self.tables.has_kind(same) && !self.rng.chance(1, 4) => self.value(same),
            "same" => self.any(),
            kind => self.value(kind),
        }
    }

    /// Arguments by a line of `arguments.txt`.
    fn by_line(&mut self, line: &str, same: &str) -> String {
        let mut list = Vec::new();
        for word in line.split(' ').filter(|w| *w != "-") {
            let (name, kind) = match word.split_once('=') {
                Some((name, kind)) if !word.starts_with('%') => (Some(name), kind),
                _ => (None, word),
            };
            if let Some(kind) = kind.strip_prefix('*') {
                for _ in 0..self.rng.below(4) {
                    list.push(self.argument(kind, same));
                }
                continue;
            }
            let optional = kind.ends_with('?') || name.is_some();
            if optional && self.rng.chance(2, 5) {
                if name.is_some() {
                    continue;
                }
                break;
            }
            let value = self.argument(kind.trim_end_matches('?'), same);
            list.push(match name {
                Some(name) => format!("{name}={value}"),
                None => value,
            });
        }
        list.join(", ")
    }

    /// Arguments for a member: mostly those it wants.
    fn arguments(&mut self, member: &Member<'_>) -> String {
        let lines = self.tables.arguments(member);
        if !lines.is_empty() && !self.rng.chance(1, 8) {
            let line = lines[self.rng.below(lines.len())];
            return self.by_line(line, member.owner);
        }
        let count = self.rng.below(if lines.is_empty() { 3 } else { 4 });
        let mut list: Vec<String> = (0..count).map(|_| self.any()).collect();
        if self.rng.chance(1, 16) {
            let value = self.any();
            list.push(format!("{}={value}", self.rng.pick(&["x", "key", "a"])));
        }
        list.join(", ")
    }

    /// A member by the program's number, so that all are reached by as many programs as there are members.
    fn turn(&mut self, number: u64, members: &Members, out: &mut Vec<Chunk>) {
        let turn = usize::try_from(number).unwrap_or(0) % members.list.len();
        self.use_of(&members.list[turn], out);
    }

    /// An attribute of some type or module, called or read.
    fn member_use(&mut self, members: &Members, out: &mut Vec<Chunk>) {
        let owners = &members.owners;
        let (_, list) = &owners[self.rng.below(owners.len())];
        let member = &members.list[list[self.rng.below(list.len())]];
        self.use_of(member, out);
    }

    fn use_of(&mut self, member: &Member<'_>, out: &mut Vec<Chunk>) {
        let owner = member.owner;
        if member.is_function() {
            return out.push(self.call_of(member));
        }
        let reaches = format!("{owner}.{}", member.name);
        let receiver = self.receiver(owner, member.name);
        if member.data {
            // The frame of a generator that is gone is at the first line of its body in CPython.
            let text = match member.name.ends_with("_frame") {
                true => format!("(v := {receiver}).{}", member.name),
                false => format!("({receiver}).{}", member.name),
            };
            return out.push(Chunk::reaching(text, reaches));
        }
        let arguments = self.arguments(member);
        let call = match member.name {
            // Sorted by name, not by place in the type.
            "__dir__" if owner == "type" => format!("sorted(type.__dir__({receiver}))"),
            // That of a bound one is found in the class it stands for.
            "__dir__" if owner == "GenericAlias" => {
                format!("sorted({}.__dir__({receiver}))", class_of(&receiver))
            }
            "__dir__" => format!("sorted(({receiver}).__dir__({arguments}))"),
            "__new__" => format!("({}).__new__({arguments})", class_of(&receiver)),
            // That of a NaN comes from its address.
            "__hash__"
                if !HASHED.contains(&owner) || receiver.to_ascii_lowercase().contains("nan") =>
            {
                format!("type(v := {receiver}).__hash__(v) == hash(v)")
            }
            // What these pass on to the class they stand for, or have from their own, hides their methods.
            name if self.rng.chance(1, 6)
                || ["GenericAlias", "type"].contains(&owner) && self.rng.chance(1, 2) =>
            {
                format!(
                    "{}.{name}({})",
                    class_of(&receiver),
                    joined(&receiver, &arguments)
                )
            }
            name if self.rng.chance(2, 3) => {
                out.push(Chunk::new(Kind::Statements, format!("v = {receiver}")));
                format!("(v.{name}({arguments}), v)")
            }
            name => format!("({receiver}).{name}({arguments})"),
        };
        out.push(Chunk::reaching(call, reaches));
    }

    /// A value whose type has the members of `owner`; of sets, larger ones than elsewhere.
    fn receiver(&mut self, owner: &str, member: &str) -> String {
        let ordered = ["__reduce__", "__iter__", "__repr__", "pop"].contains(&member);
        match owner {
            "set" | "frozenset" if !ordered && self.rng.chance(1, 2) => {
                let set = self.value("bigset");
                format!("{owner}({set})")
            }
            _ => self.value(owner),
        }
    }

    fn builtin_call(&mut self) -> Chunk {
        let members = &self.tables.members;
        let list = &members.owners.last().expect("the builtins").1;
        let member = &members.list[list[self.rng.below(list.len())]];
        self.call_of(member)
    }

    fn call_of(&mut self, member: &Member<'_>) -> Chunk {
        let arguments = self.arguments(member);
        let text = match member.name {
            "hash" => {
                let kind = self.rng.pick(HASHED);
                // NaNs are told apart by identity.
                let value = self.value(kind).replace("nan", "0").replace("NAN", "0");
                format!("hash({value})")
            }
            name if member.owner == "builtins" => format!("{name}({arguments})"),
            name => format!("{}.{name}({arguments})", member.owner),
        };
        Chunk::reaching(text, format!("{}.{}", member.owner, member.name))
    }
}

/// Types whose hashes are the same everywhere (those of strings with a fixed seed).
const HASHED: &[&str] = &[
    "int",
    "bool",
    "float",
    "complex",
    "str",
    "bytes",
    "frozenset",
    "range",
    "NoneType",
];

fn class_of(receiver: &str) -> String {
    format!("type({receiver})")
}

fn joined(receiver: &str, arguments: &str) -> String {
    match arguments {
        "" => receiver.to_owned(),
        _ => format!("{receiver}, {arguments}"),
    }
}
