//! Declarations in the making, and what their parts do.

use std::sync::Arc;

use crate::pyexpat::engine::dtd::{AttDef, Dtd, Entity};
use crate::pyexpat::engine::error::Code;
use crate::pyexpat::engine::event::{Event, Kind, Maybe, Model, ModelKind, Part};
use crate::pyexpat::engine::grammar::{Quantifier, Role};
use crate::pyexpat::engine::parser::Parser;
use crate::pyexpat::engine::prolog::Token;
use crate::pyexpat::engine::values::{Values, bad_in_public_id, public_id};

/// The entity that is being declared.
#[derive(Default)]
pub enum Target {
    /// None, or one that is declared already.
    #[default]
    None,
    General(Arc<str>),
    Param(Arc<str>),
    /// The external subset.
    External,
}

impl Target {
    pub fn get<'a>(&self, dtd: &'a mut Dtd) -> Option<&'a mut Entity> {
        match self {
            Target::None => None,
            Target::General(name) => dtd.general.get_mut(name),
            Target::Param(name) => dtd.params.get_mut(name),
            Target::External => dtd.external.as_mut(),
        }
    }

    pub fn is_param(&self) -> bool {
        matches!(self, Target::Param(_))
    }

    pub fn name(&self) -> Option<&Arc<str>> {
        match self {
            Target::General(name) | Target::Param(name) => Some(name),
            _ => None,
        }
    }
}

/// The declaration that is being read.
#[derive(Default)]
pub struct Declaration {
    /// Memory that declarations took, about.
    pub bytes: usize,
    /// Set while the start of the document type declaration is to be reported.
    pub doctype_name: Maybe,
    pub doctype_system: Maybe,
    pub doctype_public: Maybe,
    /// There is an external subset.
    pub has_external: bool,
    pub target: Target,
    attlist_element: Arc<str>,
    attribute: Arc<str>,
    attribute_is_cdata: bool,
    attribute_type: String,
    element: Arc<str>,
    model: Option<Vec<Part>>,
    /// The groups that are open, as positions in `model`.
    groups: Vec<usize>,
    /// What parts the items of each open group: 0 until that is known.
    connectors: Vec<u8>,
    notation_name: Maybe,
    notation_public: Maybe,
}

fn text(bytes: &[u8]) -> Arc<str> {
    String::from_utf8_lossy(bytes).into()
}

/// What is between the quotes.
pub fn inside(literal: &[u8]) -> &[u8] {
    &literal[1..literal.len() - 1]
}

impl Parser {
    /// Checks a public identifier.
    pub(crate) fn check_public_id(&mut self, t: &Token) -> Result<Arc<str>, Code> {
        if let Some(i) = bad_in_public_id(inside(&t.text)) {
            self.move_event(t.start + 1 + i);
            return Err(Code::PublicId);
        }
        Ok(public_id(inside(&t.text)))
    }

    /// A part of the declaration of an entity. Whether the token is dealt with.
    pub(crate) fn entity_part(&mut self, role: Role, t: &Token) -> Result<bool, Code> {
        let wanted = self.wants(Kind::EntityDecl);
        match role {
            Role::GeneralEntityName | Role::ParamEntityName => Ok(self.entity_name(role, t)),
            Role::EntityPublicId => {
                let id = self.check_public_id(t)?;
                let target = std::mem::take(&mut self.declaration.target);
                let heeded = self.declare(&target, |e| e.public_id = Some(id));
                self.declaration.target = target;
                Ok(heeded && wanted)
            }
            Role::EntitySystemId => Ok(self.entity_system_id(t) && wanted),
            Role::EntityComplete => {
                let keep = self.dtd().keep_processing;
                Ok(keep && wanted && self.report_entity(None, None))
            }
            _ => Ok(self.entity_notation(t)),
        }
    }

    /// Sets a property of the entity that is being declared, if declarations are heeded.
    fn declare(&mut self, target: &Target, set: impl FnOnce(&mut Entity)) -> bool {
        let mut dtd = self.dtd();
        let keep = dtd.keep_processing;
        match target.get(&mut dtd).filter(|_| keep) {
            Some(e) => {
                set(e);
                true
            }
            None => false,
        }
    }

    pub(crate) fn entity_system_id(&mut self, t: &Token) -> bool {
        let id = text(inside(&t.text));
        let base = self.base.clone();
        let target = std::mem::take(&mut self.declaration.target);
        let heeded = self.declare(&target, |e| {
            e.system_id = Some(id);
            e.base = base;
        });
        self.declaration.target = target;
        heeded
    }

    fn entity_name(&mut self, role: Role, t: &Token) -> bool {
        let is_param = role == Role::ParamEntityName;
        let is_predefined =
            !is_param && crate::pyexpat::engine::scan::predefined(&t.text).is_some();
        let is_internal = !self.is_child && self.open.is_empty();
        let name = text(&t.text);
        let mut dtd = self.dtd();
        let keep = dtd.keep_processing;
        let entities = if is_param {
            &mut dtd.params
        } else {
            &mut dtd.general
        };
        // The first declaration counts.
        let new = keep && !is_predefined && !entities.contains_key(&name);
        if new {
            let entity = Entity {
                is_internal,
                ..Entity::default()
            };
            entities.insert(name.clone(), entity);
        }
        drop(dtd);
        self.declaration.bytes += if new { name.len() + 160 } else { 0 };
        self.declaration.target = match (new, is_param) {
            (false, _) => Target::None,
            (true, true) => Target::Param(name),
            (true, false) => Target::General(name),
        };
        new && self.wants(Kind::EntityDecl)
    }

    /// Reports the entity that is declared; `false` if there is none.
    pub(crate) fn report_entity(&mut self, value: Option<Arc<[u8]>>, notation: Maybe) -> bool {
        let target = &self.declaration.target;
        let Some(name) = target.name().cloned() else {
            return false;
        };
        let is_parameter = target.is_param();
        let mut dtd = self.dtd();
        let Some(e) = target.get(&mut dtd) else {
            return false;
        };
        let event = Event::EntityDecl {
            name,
            is_parameter,
            base: if value.is_some() {
                self.base.clone()
            } else {
                e.base.clone()
            },
            system_id: e.system_id.clone(),
            public_id: e.public_id.clone(),
            value,
            notation,
        };
        drop(dtd);
        self.emit(event);
        true
    }

    fn entity_notation(&mut self, t: &Token) -> bool {
        let notation = text(&t.text);
        let target = std::mem::take(&mut self.declaration.target);
        let mut ids = None;
        self.declare(&target, |e| {
            e.notation = Some(notation.clone());
            ids = Some((e.base.clone(), e.system_id.clone(), e.public_id.clone()));
        });
        let name = target.name().cloned();
        self.declaration.target = target;
        let (Some((base, system_id, public_id)), Some(name)) = (ids, name) else {
            return false;
        };
        if self.wants(Kind::UnparsedEntityDecl) {
            self.emit(Event::UnparsedEntityDecl {
                name,
                base,
                system_id,
                public_id,
                notation,
            });
            return true;
        }
        self.wants(Kind::EntityDecl) && self.report_entity(None, Some(notation))
    }

    /// A part of the declaration of a notation. Whether the token is dealt with.
    pub(crate) fn notation_part(&mut self, role: Role, t: &Token) -> Result<bool, Code> {
        let wanted = self.wants(Kind::NotationDecl);
        match role {
            Role::NotationName => {
                self.declaration.notation_public = None;
                self.declaration.notation_name = wanted.then(|| text(&t.text));
                return Ok(wanted);
            }
            Role::NotationPublicId => {
                let id = self.check_public_id(t)?;
                let named = self.declaration.notation_name.is_some();
                self.declaration.notation_public = named.then_some(id);
                return Ok(named);
            }
            _ => {}
        }
        let public_id = self.declaration.notation_public.take();
        let Some(name) = self.declaration.notation_name.take().filter(|_| wanted) else {
            return Ok(false);
        };
        self.emit(Event::NotationDecl {
            name,
            base: self.base.clone(),
            system_id: (role == Role::NotationSystemId).then(|| text(inside(&t.text))),
            public_id,
        });
        Ok(true)
    }

    /// A part of the declaration of attributes. Whether the token is dealt with.
    pub(crate) fn attlist_part(&mut self, role: Role, t: &Token) -> Result<bool, Code> {
        let keep = self.dtd().keep_processing;
        let wanted = keep && self.wants(Kind::AttlistDecl);
        let d = &mut self.declaration;
        match role {
            Role::AttlistElementName => d.attlist_element = text(&t.text),
            Role::AttributeName => {
                d.attribute = text(&t.text);
                d.attribute_is_cdata = false;
                d.attribute_type.clear();
            }
            Role::AttributeType(keyword) => {
                d.attribute_is_cdata = keyword == "CDATA";
                d.attribute_type = keyword.to_owned();
            }
            Role::AttributeEnumValue | Role::AttributeNotationValue => {
                let first = d.attribute_type.is_empty();
                d.attribute_type.push_str(match role {
                    _ if !first => "|",
                    Role::AttributeNotationValue => "NOTATION(",
                    _ => "(",
                });
                d.attribute_type.push_str(&text(&t.text));
            }
            _ => {
                if keep {
                    self.attribute_default(role, t, wanted)?;
                }
            }
        }
        Ok(wanted)
    }

    fn attribute_default(&mut self, role: Role, t: &Token, wanted: bool) -> Result<(), Code> {
        let given = matches!(role, Role::DefaultValue | Role::FixedValue);
        let default = if given {
            Some(self.default_value(t)?)
        } else {
            None
        };
        let def = AttDef {
            name: self.declaration.attribute.clone(),
            is_cdata: self.declaration.attribute_is_cdata,
            default: default.clone(),
        };
        let element = self.declaration.attlist_element.clone();
        self.declaration.bytes += 64 + default.as_deref().map_or(0, str::len);
        self.dtd().define_attribute(&element, def);
        if wanted {
            let mut kind = std::mem::take(&mut self.declaration.attribute_type);
            if kind.contains('(') {
                kind.push(')');
            }
            self.emit(Event::AttlistDecl {
                element,
                attribute: self.declaration.attribute.clone(),
                kind: kind.into(),
                default,
                required: matches!(role, Role::RequiredValue | Role::FixedValue),
            });
        }
        Ok(())
    }

    fn default_value(&mut self, t: &Token) -> Result<Arc<str>, Code> {
        let dtd = Arc::clone(&self.dtd);
        let mut dtd = dtd.lock().unwrap_or_else(|e| e.into_inner());
        let strict = self.must_be_declared_here(&dtd);
        let mut value = Vec::new();
        let mut values = Values {
            dtd: Some(&mut dtd),
            account: &self.account,
            ns: self.ns.is_some(),
            strict,
        };
        let span = (1, t.text.len() - 1);
        let is_cdata = self.declaration.attribute_is_cdata;
        let result = values.normalize(&t.text, span, is_cdata, &mut value);
        result.map_err(|mut w| {
            w.at = w.at.map(|at| t.start + at);
            self.wrong(w)
        })?;
        Ok(text(&value))
    }

    /// Whether a reference to an entity that is not declared in the document is an error here in the prolog.
    pub(crate) fn must_be_declared_here(&self, dtd: &Dtd) -> bool {
        self.grammar.document
            && if dtd.standalone {
                self.open.is_empty()
            } else {
                !dtd.has_param_refs
            }
    }

    /// A part of the declaration of an element. Whether the token is dealt with.
    pub(crate) fn element_part(&mut self, role: Role, t: &Token) -> Result<bool, Code> {
        let wanted = self.wants(Kind::ElementDecl);
        match role {
            Role::ElementName => {
                self.declaration.model = wanted.then(Vec::new);
                self.declaration.element = text(&t.text);
                self.declaration.groups.clear();
            }
            Role::ContentAny | Role::ContentEmpty => {
                let kind = if role == Role::ContentAny {
                    ModelKind::Any
                } else {
                    ModelKind::Empty
                };
                self.add_part(kind, Quantifier::One, None);
                self.report_element();
            }
            Role::ContentPcdata => self.set_group_kind(ModelKind::Mixed),
            Role::ContentElement(quantifier) => {
                let marked = quantifier != Quantifier::One;
                let name = &t.text[..t.text.len() - usize::from(marked)];
                self.add_part(ModelKind::Name, quantifier, Some(text(name)));
            }
            Role::GroupOpen => {
                let level = self.grammar.level;
                self.declaration.connectors.resize(level, 0);
                self.declaration.connectors[level - 1] = 0;
                self.declaration.bytes += size_of::<Part>();
                if let Some(i) = self.add_part(ModelKind::Sequence, Quantifier::One, None) {
                    self.declaration.groups.push(i);
                }
            }
            Role::GroupClose(quantifier) => self.close_group(quantifier),
            _ => self.connect(role)?,
        }
        Ok(wanted)
    }

    fn connect(&mut self, role: Role) -> Result<(), Code> {
        let connector = if role == Role::GroupChoice {
            b'|'
        } else {
            b','
        };
        let last = self.grammar.level - 1;
        let before = std::mem::replace(&mut self.declaration.connectors[last], connector);
        if before != 0 && before != connector {
            return Err(Code::Syntax);
        }
        if connector == b'|' {
            self.set_group_kind(ModelKind::Choice);
        }
        Ok(())
    }

    fn set_group_kind(&mut self, kind: ModelKind) {
        let d = &mut self.declaration;
        if let (Some(parts), Some(&g)) = (&mut d.model, d.groups.last()) {
            parts[g].kind = kind;
        }
    }

    fn add_part(&mut self, kind: ModelKind, quantifier: Quantifier, name: Maybe) -> Option<usize> {
        let d = &mut self.declaration;
        let parts = d.model.as_mut()?;
        let n = parts.len();
        if let Some(&g) = d.groups.last() {
            parts[g].children.push(n);
        }
        parts.push(Part {
            kind,
            quantifier,
            name,
            children: Vec::new(),
        });
        Some(n)
    }

    fn close_group(&mut self, quantifier: Quantifier) {
        let d = &mut self.declaration;
        let (Some(parts), Some(g)) = (&mut d.model, d.groups.pop()) else {
            return;
        };
        parts[g].quantifier = quantifier;
        if d.groups.is_empty() {
            self.report_element();
        }
    }

    fn report_element(&mut self) {
        if let Some(parts) = self.declaration.model.take() {
            let name = self.declaration.element.clone();
            let model = Model { parts };
            self.emit(Event::ElementDecl { name, model });
        }
    }
}
