//! The tables behind the generator: values, types and their methods, arguments, special methods.

use std::collections::BTreeMap;

pub const DRIVER: &str = include_str!("driver.py");
pub const PRELUDE: &str = include_str!("prelude.py");
const VALUES: &str = include_str!("values.txt");
const LIBRARY: &str = include_str!("library.txt");
pub const SURFACE: &str = include_str!("surface.txt");
const ARGUMENTS: &str = include_str!("arguments.txt");
const LIBRARY_ARGUMENTS: &str = include_str!("library-arguments.txt");
const SPECIALS: &str = include_str!("specials.txt");
const EXCLUDED: &str = include_str!("excluded.txt");
const RAISING: &str = include_str!("raising.txt");

/// An attribute of a builtin type, or a function of a module.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    pub owner: &'a str,
    pub name: &'a str,
    /// An attribute that is read, not called.
    pub data: bool,
}

/// Modules whose functions are members, as those of types are.
const MODULES: &[&str] = &[
    "binascii",
    "bisect",
    "builtins",
    "cmath",
    "heapq",
    "math",
    "operator",
    "struct",
    "unicodedata",
];

/// A special method: what a class defines, and expressions that reach it.
pub struct Special {
    pub name: &'static str,
    pub parameters: &'static str,
    pub uses: Vec<&'static str>,
}

/// The members of some types and modules.
pub struct Members {
    pub list: Vec<Member<'static>>,
    /// By type; the indices of `list`.
    pub owners: Vec<(&'static str, Vec<usize>)>,
    /// How many no program asks for; `excluded.txt` says why.
    pub excluded: usize,
}

pub struct Tables {
    /// Expressions by kind.
    pub values: BTreeMap<&'static str, Vec<&'static str>>,
    /// Builtin types and functions.
    pub members: Members,
    /// Those of the library.
    pub library: Members,
    arguments: BTreeMap<&'static str, Vec<&'static str>>,
    pub specials: Vec<Special>,
}

/// Lines that say something.
fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# "))
}

/// Ends the builtin part of `surface.txt`.
const BEHIND_BUILTINS: &str = "# The library.\n";

impl Tables {
    pub fn new() -> Tables {
        let (builtins, library) = SURFACE.split_once(BEHIND_BUILTINS).expect("two parts");
        Tables {
            values: values(),
            members: Members::new(builtins),
            library: Members::new(library),
            arguments: arguments(),
            specials: lines(SPECIALS).filter_map(special).collect(),
        }
    }

    /// The lines of `arguments.txt` for a member.
    pub fn arguments(&self, member: &Member<'_>) -> &[&'static str] {
        let own = format!("{}.{}", member.owner, member.name);
        let any = format!("*.{}", member.name);
        let others = format!("{}.*", member.owner);
        [own, any, others]
            .iter()
            .find_map(|key| self.arguments.get(key.as_str()))
            .map_or(&[], Vec::as_slice)
    }

    #[cfg(test)]
    fn all(&self) -> impl Iterator<Item = &Member<'static>> {
        self.members.list.iter().chain(&self.library.list)
    }

    pub fn has_kind(&self, kind: &str) -> bool {
        self.values.contains_key(kind)
    }
}

impl Members {
    /// Those of a part of `surface.txt`.
    fn new(text: &'static str) -> Members {
        let excluded: Vec<&str> = exclusions().map(|(pattern, _)| pattern).collect();
        let all = surface(text);
        let is_excluded = |m: &&Member<'static>| excluded.iter().any(|pattern| m.matches(pattern));
        let list: Vec<Member<'static>> = all.iter().filter(|m| !is_excluded(m)).copied().collect();
        let mut owners: Vec<(&str, Vec<usize>)> = Vec::new();
        for (index, member) in list.iter().enumerate() {
            match owners.last_mut() {
                Some((owner, indices)) if *owner == member.owner => indices.push(index),
                _ => owners.push((member.owner, vec![index])),
            }
        }
        Members {
            excluded: all.len() - list.len(),
            owners,
            list,
        }
    }
}

fn values() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut kind = "";
    for line in lines(VALUES).chain(lines(LIBRARY)) {
        match line.strip_prefix("== ") {
            Some(name) => kind = name,
            None => values.entry(kind).or_default().push(line),
        }
    }
    values
}

fn arguments() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, words) in lines(ARGUMENTS)
        .chain(lines(LIBRARY_ARGUMENTS))
        .filter_map(|line| line.split_once(": "))
    {
        found.entry(key).or_default().push(words);
    }
    found
}

fn special(line: &'static str) -> Option<Special> {
    let (head, uses) = line.split_once(": ")?;
    let (name, parameters) = head.split_once('(')?;
    Some(Special {
        name,
        parameters: parameters.strip_suffix(')')?,
        uses: uses.split(" ; ").collect(),
    })
}

/// The members that a text like `surface.txt` names.
pub fn surface(text: &str) -> Vec<Member<'_>> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(": "))
        .flat_map(|(owner, words)| {
            words.split(' ').map(move |word| Member {
                owner,
                name: word.strip_prefix('.').unwrap_or(word),
                data: word.starts_with('.'),
            })
        })
        .collect()
}

/// Patterns of members that are left out, each with the reason.
fn exclusions() -> impl Iterator<Item = (&'static str, &'static str)> {
    lines(EXCLUDED).filter_map(|line| line.split_once(" # "))
}

/// Members that always raise, each with the reason.
pub fn raising() -> impl Iterator<Item = (&'static str, &'static str)> {
    lines(RAISING).filter_map(|line| line.split_once(" # "))
}

impl Member<'_> {
    pub fn is_function(&self) -> bool {
        MODULES.contains(&self.owner)
    }

    /// `TYPE.NAME`, where `*` stands for any type.
    fn matches(&self, pattern: &str) -> bool {
        match pattern.split_once('.') {
            Some(("*", name)) => name == self.name,
            Some((owner, name)) => owner == self.owner && name == self.name,
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exclusions_exclude_and_give_a_reason() {
        let all = surface(SURFACE);
        for (pattern, reason) in exclusions() {
            assert!(
                all.iter().any(|m| m.matches(pattern)),
                "{pattern} matches nothing"
            );
            assert!(reason.len() > 4, "{pattern}: why?");
        }
        assert_eq!(exclusions().count(), lines(EXCLUDED).count());
    }

    #[test]
    fn what_raises_is_asked_for() {
        let tables = Tables::new();
        for (name, reason) in raising() {
            assert!(tables.all().any(|m| m.matches(name)), "{name}");
            assert!(reason.len() > 4, "{name}: why?");
        }
        assert_eq!(raising().count(), lines(RAISING).count());
    }

    #[test]
    fn arguments_are_of_kinds_that_exist() {
        let tables = Tables::new();
        for (key, list) in &tables.arguments {
            for word in list.iter().flat_map(|line| line.split(' ')) {
                let kind = word.split_once('=').map_or(word, |(_, kind)| kind);
                let kind = kind.trim_start_matches('*').trim_end_matches('?');
                let made =
                    ["any", "none", "spec", "same", "-"].contains(&kind) || word.starts_with('%');
                assert!(made || tables.has_kind(kind), "{key}: {word}");
            }
        }
    }

    #[test]
    fn every_type_has_values() {
        let tables = Tables::new();
        for member in tables.all() {
            let owner = member.owner;
            assert!(member.is_function() || tables.has_kind(owner), "{owner}");
        }
    }
}
