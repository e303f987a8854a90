//! What the programs reached: opcodes, members of builtin types, special methods.

use std::collections::{BTreeMap, BTreeSet};

use krait_bytecode::{ALL_OPS, Op};

use super::session::{Outcome, Program};
use super::tables::{Members, Tables, raising};

#[derive(Default)]
pub struct Coverage {
    /// Members and special methods: how often used, how often with a value.
    uses: BTreeMap<String, (usize, usize)>,
    opcodes: BTreeSet<String>,
}

impl Coverage {
    pub fn count(&mut self, program: &Program, outcome: &Outcome) {
        let Outcome::Answers(texts) = outcome else {
            return;
        };
        for (chunk, text) in program.1.iter().zip(texts) {
            if let Some(name) = &chunk.reaches {
                let entry = self.uses.entry(name.clone()).or_default();
                entry.0 += 1;
                // A special method says its name when it runs, whatever comes of it.
                let reached = match name.strip_prefix("special.") {
                    Some(method) => text.contains(method),
                    None => text.starts_with('='),
                };
                entry.1 += usize::from(reached);
            }
        }
    }

    /// Takes the table that `-X opcount` prints.
    pub fn opcounts(&mut self, text: &str) {
        for line in text.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            if let [number, name] = words[..] {
                if number.bytes().all(|b| b.is_ascii_digit()) {
                    self.opcodes.insert(name.to_owned());
                }
            }
        }
    }

    /// The figures, and every name that was not reached.
    pub fn report(&self, tables: &Tables) -> String {
        // A return pc, and what calls begin behind: they never run.
        let never = [Op::ExitRun, Op::Resume];
        let executed = ALL_OPS.iter().filter(|op| !never.contains(op));
        let ops = executed.map(|op| op.name().to_owned());
        let ops = section("opcodes", ops, |name| match self.opcodes.contains(name) {
            true => Reach::Full,
            false => Reach::Not,
        });
        let members = self.members("members of builtin types", &tables.members);
        let library = self.members("members of the library", &tables.library);
        let specials = tables
            .specials
            .iter()
            .map(|s| format!("special.{}", s.name));
        let specials = section("special methods", specials, |name| self.reach(name));
        format!("{ops}{members}{specials}{library}")
    }

    /// Those of the library are used by themselves.
    fn members(&self, title: &str, members: &Members) -> String {
        let names = members
            .list
            .iter()
            .map(|m| format!("{}.{}", m.owner, m.name));
        if names.clone().all(|name| !self.uses.contains_key(&name)) {
            return String::new();
        }
        let reached = section(title, names, |name| self.reach(name));
        let excluded = members.excluded;
        format!("{reached}  left out: {excluded} (excluded.txt says why)\n")
    }

    fn reach(&self, name: &str) -> Reach {
        match self.uses.get(name) {
            None => Reach::Not,
            Some((_, 0)) if raising().all(|(known, _)| known != name) => Reach::Raised,
            Some(_) => Reach::Full,
        }
    }
}

enum Reach {
    Full,
    /// Used, but it never gave a value.
    Raised,
    Not,
}

fn section(
    title: &str,
    names: impl Iterator<Item = String>,
    reach: impl Fn(&str) -> Reach,
) -> String {
    let (mut all, mut raised, mut missing) = (0, Vec::new(), Vec::new());
    for name in names {
        all += 1;
        match reach(&name) {
            Reach::Full => {}
            Reach::Raised => raised.push(name),
            Reach::Not => missing.push(name),
        }
    }
    let mut text = format!(
        "{title}: {} of {all} reached\n",
        all - raised.len() - missing.len()
    );
    for (what, list) in [("only raised", raised), ("not reached", missing)] {
        if !list.is_empty() {
            text += &format!("  {what}: {}\n", list.join(" "));
        }
    }
    text
}
