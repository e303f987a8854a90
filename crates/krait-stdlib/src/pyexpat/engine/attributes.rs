//! Start tags: attributes given and attributes by default, and what namespaces make of names.

use std::sync::Arc;

use crate::pyexpat::engine::dtd::Dtd;
use crate::pyexpat::engine::error::Code;
use crate::pyexpat::engine::event::{Event, NameId};
use crate::pyexpat::engine::namespaces::declared_prefix;
use crate::pyexpat::engine::parser::{Attr, Parser, Tag};
use crate::pyexpat::engine::scan::{RawAttr, Span};
use crate::pyexpat::engine::values::{Values, Wrong};

impl Parser {
    /// Reads the start tag whose parts stand at these places of `input`. Prefixes that it declares are counted, also
    /// if there is an error after them.
    pub(crate) fn start_tag(
        &mut self,
        input: &[u8],
        name: Span,
        attrs: &[RawAttr],
        bindings: &mut u32,
    ) -> Result<Tag, Code> {
        let name = &input[name.0..name.1];
        let raw = self.names.intern(name);
        self.attrs.clear();
        self.values.clear();
        self.seen.clear();
        if self.uses_dtd {
            let dtd = Arc::clone(&self.dtd);
            let mut dtd = dtd.lock().unwrap_or_else(|e| e.into_inner());
            let key = String::from_utf8_lossy(name);
            for a in attrs {
                self.add_attribute(input, a, Some((&mut dtd, &key)), bindings)?;
            }
            self.specified = self.attrs.len();
            self.add_defaults(&dtd, &key, bindings)?;
        } else {
            for a in attrs {
                self.add_attribute(input, a, None, bindings)?;
            }
            self.specified = self.attrs.len();
        }
        let mut full = raw;
        if self.ns.is_some() {
            self.expand_attributes()?;
            full = self.expand(raw, true)?;
        }
        Ok(Tag {
            raw,
            name: full,
            bindings: *bindings,
        })
    }

    fn add_attribute(
        &mut self,
        input: &[u8],
        a: &RawAttr,
        dtd: Option<(&mut Dtd, &str)>,
        bindings: &mut u32,
    ) -> Result<(), Code> {
        let name = &input[a.name.0..a.name.1];
        let id = self.names.intern(name);
        if !self.seen.add(id) {
            self.move_event(a.name.0);
            return Err(Code::DuplicateAttribute);
        }
        let start = self.values.len();
        let is_cdata = match &dtd {
            Some((dtd, element)) => dtd.attributes.get(*element).is_none_or(|defs| {
                let def = defs.iter().find(|d| d.name.as_bytes() == name);
                def.is_none_or(|d| d.is_cdata)
            }),
            None => true,
        };
        if a.plain && is_cdata {
            self.values.extend_from_slice(&input[a.value.0..a.value.1]);
        } else {
            let strict = dtd.as_ref().is_none_or(|(dtd, _)| dtd.must_be_declared());
            let mut values = Values {
                dtd: dtd.map(|(dtd, _)| dtd),
                account: &self.account,
                ns: self.ns.is_some(),
                strict,
            };
            let result = values.normalize(input, a.value, is_cdata, &mut self.values);
            result.map_err(|w| self.wrong(w))?;
        }
        self.keep(id, name, start, bindings)
    }

    pub(crate) fn wrong(&mut self, w: Wrong) -> Code {
        if let Some(at) = w.at {
            self.move_event(at);
        }
        w.code
    }

    /// Keeps an attribute whose value is the last in `values`, or declares a prefix.
    fn keep(
        &mut self,
        id: NameId,
        name: &[u8],
        start: usize,
        bindings: &mut u32,
    ) -> Result<(), Code> {
        let mut prefixed = false;
        if let Some(ns) = &mut self.ns {
            if let Some(prefix) = declared_prefix(name) {
                let (prefix, uri) = ns.bind(prefix, &self.values[start..])?;
                *bindings += 1;
                self.emit(Event::StartNamespace { prefix, uri });
                return Ok(());
            }
            prefixed = name.contains(&b':');
        }
        self.attrs.push(Attr {
            name: id,
            value: (start, self.values.len()),
            prefixed,
        });
        Ok(())
    }

    fn add_defaults(&mut self, dtd: &Dtd, element: &str, bindings: &mut u32) -> Result<(), Code> {
        let Some(defs) = dtd.attributes.get(element) else {
            return Ok(());
        };
        for def in defs {
            let Some(value) = &def.default else { continue };
            let id = self.names.intern(def.name.as_bytes());
            if !self.seen.add(id) {
                continue;
            }
            let start = self.values.len();
            self.values.extend_from_slice(value.as_bytes());
            self.keep(id, def.name.as_bytes(), start, bindings)?;
        }
        Ok(())
    }

    fn expand_attributes(&mut self) -> Result<(), Code> {
        if !self.attrs.iter().any(|a| a.prefixed) {
            return Ok(());
        }
        self.seen_full.clear();
        for i in 0..self.attrs.len() {
            let a = self.attrs[i];
            if a.prefixed {
                let full = self.expand(a.name, false)?;
                if !self.seen_full.add(full) {
                    return Err(Code::DuplicateAttribute);
                }
                self.attrs[i].name = full;
            }
        }
        Ok(())
    }

    fn expand(&mut self, id: NameId, is_element: bool) -> Result<NameId, Code> {
        let Some(ns) = &self.ns else {
            return Ok(id);
        };
        let mut full = Vec::new();
        if ns.expand(self.names.get(id), is_element, &mut full)? {
            Ok(self.names.intern(&full))
        } else {
            Ok(id)
        }
    }
}
