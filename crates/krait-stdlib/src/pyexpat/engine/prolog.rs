//! The prolog and the document type declaration.

use std::sync::Arc;

use crate::pyexpat::engine::declarations::{Target, inside};
use crate::pyexpat::engine::dtd::{Dtd, Entity};
use crate::pyexpat::engine::encoding::Known;
use crate::pyexpat::engine::error::Code;
use crate::pyexpat::engine::event::{Event, Kind, Text};
use crate::pyexpat::engine::grammar::{Role, Within};
use crate::pyexpat::engine::parser::{Flow, Flowing, ParamEntityParsing, Parser, Stage, Task};
use crate::pyexpat::engine::prolog_scan::{Tok, ignored, prolog};
use crate::pyexpat::engine::scan::{InValue, Stop, char_ref, entity_value};
use crate::pyexpat::engine::values::Wrong;
use crate::pyexpat::engine::xml_decl;

/// What comes after an external entity was asked for.
pub(crate) enum AfterExternal {
    /// It was referred to in content.
    Content,
    /// It is the external subset; what was known of references to parameter entities before, whether the document
    /// names the subset.
    Subset { had_refs: bool, named: bool },
    /// It is a parameter entity between declarations or in one.
    Param(Arc<str>),
    /// It is a parameter entity in an entity's value.
    InValue(Arc<str>),
}

/// A token with its text.
pub(crate) struct Token {
    pub start: usize,
    pub end: usize,
    pub text: Vec<u8>,
}

/// An entity's value that is being read.
#[derive(Default)]
pub(crate) struct ValueJob {
    /// What stands between the quotes, and where that is.
    text: Arc<[u8]>,
    offset: usize,
    at: usize,
    /// Parameter entities in expansion.
    frames: Vec<(Arc<str>, Arc<[u8]>, usize)>,
    /// The declaration's token, for the default handler.
    token: Option<Text>,
}

/// What a reference to a parameter entity in an entity's value leads to.
enum InnerParam {
    Text(Arc<str>, Arc<[u8]>),
    /// An external entity, which was asked for.
    Asked(Arc<str>),
    Skipped,
    Unknown,
}

impl Parser {
    pub(crate) fn prolog_token(&mut self) -> Flowing {
        let start = self.cursor();
        self.move_event(start);
        if self.pass_bom() {
            self.grammar.role(Tok::Bom, b"");
            return Ok(Flow::Go);
        }
        let more = self.more_may_come();
        let scanned = prolog(self.input(), start, self.ns.is_some());
        let (tok, end) = match scanned.map_err(|e| self.stop(e)) {
            Ok(t) if t.open && more => return Ok(Flow::Wait),
            Ok(t) => (t.tok, t.end),
            Err(Stop::Invalid(at)) => {
                self.move_event(at);
                return Err(Code::InvalidToken);
            }
            Err(_) if more => return Ok(Flow::Wait),
            Err(Stop::None) => return self.end_of_declarations(),
            Err(Stop::Partial) => return Err(Code::UnclosedToken),
            Err(Stop::PartialChar) => return Err(Code::PartialChar),
        };
        let input = self.open.last().map_or(&self.buf[..], |o| &o.text[..]);
        let role = self.grammar.role(tok, &input[start..end]);
        let keeps_text = !matches!(role, Role::Filler(_) | Role::Comment | Role::Pi);
        let text = if keeps_text {
            input[start..end].to_vec()
        } else {
            Vec::new()
        };
        self.pass(end)?;
        let token = Token { start, end, text };
        if !self.act(role, tok, &token)? {
            let piece = self.piece(start, end);
            self.emit(Event::Default(piece));
        }
        Ok(Flow::Go)
    }

    fn end_of_declarations(&mut self) -> Flowing {
        let Some(between) = self.open.last().map(|o| o.between) else {
            if !self.is_param_entity {
                return Err(Code::NoElements);
            }
            return match self.grammar.role(Tok::End, b"") {
                Role::Error => Err(Code::IncompletePe),
                _ => Ok(Flow::Wait),
            };
        };
        // An entity in a declaration may hold any part of it.
        if between && self.grammar.role(Tok::End, b"") == Role::Error {
            return Err(Code::IncompletePe);
        }
        self.close_entity();
        Ok(Flow::Go)
    }

    /// Does what a token is for. Whether the token is dealt with; if not, it goes to the default handler.
    fn act(&mut self, role: Role, tok: Tok, t: &Token) -> Result<bool, Code> {
        match role {
            Role::Error => Err(match tok {
                Tok::ParamEntityRef => Code::ParamEntityRef,
                Tok::XmlDecl => Code::MisplacedXmlPi,
                _ => Code::Syntax,
            }),
            Role::Filler(within) => Ok(self.filler(within)),
            Role::XmlDecl | Role::TextDecl => {
                self.declaration_pi(t.start, t.end, role == Role::TextDecl)?;
                Ok(true)
            }
            Role::Pi => {
                self.pi(t.start, t.end);
                Ok(true)
            }
            Role::Comment => {
                self.comment(t.start, t.end);
                Ok(true)
            }
            Role::InstanceStart => {
                if self.foreign_dtd {
                    self.ask_subset(false);
                }
                self.stage = Stage::Content;
                Ok(true)
            }
            Role::DoctypeName
            | Role::DoctypeSystemId
            | Role::DoctypePublicId
            | Role::DoctypeInternalSubset
            | Role::DoctypeClose => self.doctype_part(role, t),
            Role::EntityValue => Ok(self.begin_value(t)?),
            Role::GeneralEntityName
            | Role::ParamEntityName
            | Role::EntitySystemId
            | Role::EntityPublicId
            | Role::EntityNotationName
            | Role::EntityComplete => self.entity_part(role, t),
            Role::NotationName
            | Role::NotationSystemId
            | Role::NotationPublicId
            | Role::NotationNoSystemId => self.notation_part(role, t),
            Role::AttlistElementName
            | Role::AttributeName
            | Role::AttributeType(_)
            | Role::AttributeEnumValue
            | Role::AttributeNotationValue
            | Role::ImpliedValue
            | Role::RequiredValue
            | Role::DefaultValue
            | Role::FixedValue => self.attlist_part(role, t),
            Role::ElementName
            | Role::ContentAny
            | Role::ContentEmpty
            | Role::ContentPcdata
            | Role::ContentElement(_)
            | Role::GroupOpen
            | Role::GroupClose(_)
            | Role::GroupSequence
            | Role::GroupChoice => self.element_part(role, t),
            Role::ParamEntityRef | Role::InnerParamEntityRef => {
                self.param_entity_ref(role == Role::ParamEntityRef, t)
            }
            Role::IgnoreSect => {
                self.stage = Stage::Ignore;
                Ok(false)
            }
        }
    }

    fn filler(&self, within: Within) -> bool {
        let keep = || self.dtd().keep_processing;
        match within {
            Within::Nothing => false,
            Within::Doctype => self.wants(Kind::StartDoctype),
            Within::Entity => self.wants(Kind::EntityDecl) && keep(),
            Within::Notation => self.wants(Kind::NotationDecl),
            Within::Attlist => self.wants(Kind::AttlistDecl) && keep(),
            Within::Element => self.wants(Kind::ElementDecl),
        }
    }

    /// An XML or text declaration, which may change the encoding.
    pub(crate) fn declaration_pi(
        &mut self,
        start: usize,
        end: usize,
        is_text: bool,
    ) -> Result<(), Code> {
        let decl = match xml_decl::parse(&self.buf[start..end], is_text) {
            Ok(d) => d,
            Err(at) => {
                self.move_event(start + at);
                return Err(if is_text {
                    Code::TextDecl
                } else {
                    Code::XmlDecl
                });
            }
        };
        if decl.standalone == Some(true) {
            self.dtd().standalone = true;
            if self.param_parsing == ParamEntityParsing::UnlessStandalone {
                self.param_parsing = ParamEntityParsing::Never;
            }
        }
        let encoding = decl.encoding.clone();
        let event = Event::XmlDecl {
            version: decl.version,
            encoding: decl.encoding,
            standalone: decl.standalone,
        };
        let token = self.piece(start, end);
        self.emit_or(event, token);
        let Some(name) = encoding.filter(|_| self.hint.is_none()) else {
            return Ok(());
        };
        let name_at = start + decl.encoding_at;
        let Some(known) = Known::from_name(&name) else {
            return self.ask_encoding(&name, Some(name_at));
        };
        let wide = self.encoding.as_ref().is_some_and(|e| e.is_wide());
        let same_order = known == Known::Utf16
            || (known == Known::Utf16Le)
                == matches!(
                    self.encoding,
                    Some(crate::pyexpat::engine::encoding::Encoding::Utf16Le)
                );
        if known.is_wide() != wide || (wide && !same_order) {
            let fail = Task::Fail(Code::IncorrectEncoding, Some(name_at));
            self.todo.push_back(fail);
            return Ok(());
        }
        if !wide {
            self.switch_encoding(known.encoding());
        }
        Ok(())
    }

    fn doctype_part(&mut self, role: Role, t: &Token) -> Result<bool, Code> {
        let wanted = self.wants(Kind::StartDoctype);
        self.uses_dtd = true;
        match role {
            Role::DoctypeName => {
                let name = String::from_utf8_lossy(&t.text).into();
                self.declaration.doctype_name = wanted.then_some(name);
                Ok(wanted)
            }
            Role::DoctypePublicId => {
                self.foreign_dtd = false;
                let id = self.check_public_id(t)?;
                self.external_subset(|e| e.public_id = Some(id.clone()));
                if wanted {
                    self.declaration.doctype_public = Some(id);
                }
                Ok(wanted)
            }
            Role::DoctypeSystemId => {
                self.foreign_dtd = false;
                self.external_subset(|_| ());
                self.dtd().has_param_refs = true;
                self.declaration.has_external = true;
                if wanted {
                    let id = String::from_utf8_lossy(inside(&t.text));
                    self.declaration.doctype_system = Some(id.into());
                }
                if self.param_parsing == ParamEntityParsing::Never {
                    self.todo.push_back(Task::AskStandalone);
                }
                self.entity_system_id(t);
                Ok(wanted)
            }
            Role::DoctypeInternalSubset => Ok(self.start_doctype(true)),
            _ => {
                if !self.open.is_empty() {
                    return Err(Code::InvalidToken);
                }
                self.start_doctype(false);
                if self.declaration.has_external || self.foreign_dtd {
                    self.ask_subset(self.declaration.has_external);
                    self.foreign_dtd = false;
                }
                let wanted = self.wants(Kind::EndDoctype);
                self.emit(Event::EndDoctype);
                Ok(wanted)
            }
        }
    }

    /// The external subset, which becomes what is being declared.
    fn external_subset(&mut self, set: impl FnOnce(&mut Entity)) {
        self.declaration.target = Target::External;
        set(self.dtd().external.get_or_insert_default());
    }

    /// Reports the start of the document type declaration if that is still to be done.
    fn start_doctype(&mut self, has_internal_subset: bool) -> bool {
        let Some(name) = self.declaration.doctype_name.take() else {
            return false;
        };
        let system_id = self.declaration.doctype_system.take();
        let public_id = self.declaration.doctype_public.take();
        self.emit(Event::StartDoctype {
            name,
            system_id,
            public_id,
            has_internal_subset,
        });
        true
    }

    /// Asks for the external subset, if somebody listens.
    fn ask_subset(&mut self, named: bool) {
        self.uses_dtd = true;
        let asks =
            self.param_parsing != ParamEntityParsing::Never && self.wants(Kind::ExternalEntityRef);
        let base = self.base.clone();
        let foreign = self.foreign_dtd;
        let mut dtd = self.dtd();
        let had_refs = std::mem::replace(&mut dtd.has_param_refs, true);
        if !asks {
            return;
        }
        dtd.param_entity_read = false;
        let subset = dtd.external.get_or_insert_default();
        if foreign {
            subset.base = base;
        }
        let event = Event::ExternalEntityRef {
            context: None,
            base: subset.base.clone(),
            system_id: subset.system_id.clone(),
            public_id: subset.public_id.clone(),
        };
        drop(dtd);
        self.emit(event);
        let after = AfterExternal::Subset { had_refs, named };
        self.todo.push_back(Task::External(after));
    }

    fn param_entity_ref(&mut self, between: bool, t: &Token) -> Result<bool, Code> {
        let name: Arc<str> = String::from_utf8_lossy(&t.text[1..t.text.len() - 1]).into();
        let never = self.param_parsing == ParamEntityParsing::Never;
        let asks = self.wants(Kind::ExternalEntityRef);
        let dtd = Arc::clone(&self.dtd);
        let mut dtd = dtd.lock().unwrap_or_else(|e| e.into_inner());
        dtd.has_param_refs = true;
        let strict = self.must_be_declared_here(&dtd);
        if never {
            dtd.stop_processing();
            self.todo.push_back(Task::AskStandalone);
            return Ok(false);
        }
        let Some(entity) = dtd.params.get_mut(&name) else {
            if strict {
                return Err(Code::UndefinedEntity);
            }
            dtd.stop_processing();
            // What is skipped in a declaration cannot be reported.
            if between && self.wants(Kind::SkippedEntity) {
                let is_parameter = true;
                self.emit(Event::SkippedEntity { name, is_parameter });
                return Ok(true);
            }
            return Ok(false);
        };
        if strict && !entity.is_internal {
            return Err(Code::EntityDeclaredInPe);
        }
        if entity.open {
            return Err(Code::RecursiveEntityRef);
        }
        if let Some(text) = entity.text.clone() {
            entity.open = true;
            self.open_entity(&name, true, text, between);
            return Ok(true);
        }
        if !asks {
            dtd.stop_processing();
            self.todo.push_back(Task::AskStandalone);
            return Ok(false);
        }
        self.ask_param(entity);
        dtd.param_entity_read = false;
        self.todo
            .push_back(Task::External(AfterExternal::Param(name)));
        Ok(true)
    }

    fn ask_param(&mut self, entity: &mut Entity) {
        entity.open = true;
        self.emit(Event::ExternalEntityRef {
            context: None,
            base: entity.base.clone(),
            system_id: entity.system_id.clone(),
            public_id: entity.public_id.clone(),
        });
    }

    pub(crate) fn after_external(&mut self, after: AfterExternal) -> Result<(), Code> {
        let ok = self.answered_yes();
        let mut dtd = self.dtd();
        if let AfterExternal::Param(name) | AfterExternal::InValue(name) = &after
            && let Some(e) = dtd.params.get_mut(name)
        {
            e.open = false;
        }
        if !ok {
            return Err(Code::ExternalEntityHandling);
        }
        let read = dtd.param_entity_read;
        let ask = match after {
            AfterExternal::Content => false,
            AfterExternal::Subset { had_refs, named } => {
                if !read && !named {
                    dtd.has_param_refs = had_refs;
                }
                read
            }
            AfterExternal::Param(_) => {
                if !read {
                    dtd.stop_processing();
                }
                read
            }
            AfterExternal::InValue(_) => {
                if !read {
                    dtd.stop_processing();
                }
                false
            }
        };
        drop(dtd);
        if ask {
            self.todo.push_front(Task::AskStandalone);
        }
        Ok(())
    }

    pub(crate) fn ignored_token(&mut self) -> Flowing {
        let start = self.cursor();
        self.move_event(start);
        let end = match ignored(self.input(), start) {
            Ok(end) => end,
            Err(Stop::Invalid(at)) => {
                self.move_event(at);
                return Err(Code::InvalidToken);
            }
            Err(_) if self.more_may_come() => return Ok(Flow::Wait),
            Err(Stop::PartialChar) => return Err(Code::PartialChar),
            Err(_) => return Err(Code::Syntax),
        };
        self.pass(end)?;
        let text = self.piece(start, end);
        self.emit(Event::Default(text));
        self.stage = Stage::Prolog;
        Ok(Flow::Go)
    }

    // Values of entities.

    /// Begins with the value of an entity.
    fn begin_value(&mut self, t: &Token) -> Result<bool, Code> {
        let mut dtd = self.dtd();
        if !dtd.keep_processing {
            return Ok(false);
        }
        dtd.value.clear();
        drop(dtd);
        self.value_job = Some(ValueJob {
            text: inside(&t.text).into(),
            offset: t.start + 1,
            token: Some(self.piece(t.start, t.end)),
            ..ValueJob::default()
        });
        self.todo.push_back(Task::Value);
        Ok(true)
    }

    /// Reads on in the value of an entity.
    pub(crate) fn run_value(&mut self) -> Result<(), Code> {
        let Some(mut job) = self.value_job.take() else {
            return Ok(());
        };
        let dtd = Arc::clone(&self.dtd);
        let mut dtd = dtd.lock().unwrap_or_else(|e| e.into_inner());
        let asked = self.value_tokens(&mut job, &mut dtd);
        let mut failed = None;
        match asked {
            Ok(None) => {}
            Ok(Some(name)) => {
                let after = AfterExternal::InValue(name);
                self.todo.push_back(Task::External(after));
                self.todo.push_back(Task::Value);
                self.value_job = Some(job);
                return Ok(());
            }
            Err(w) => failed = Some(self.wrong(w)),
        }
        for (name, ..) in &job.frames {
            if let Some(e) = dtd.params.get_mut(name) {
                e.open = false;
            }
        }
        let Some(token) = job.token else {
            return failed.map_or(Ok(()), Err);
        };
        // What could be read of a value is declared even if the rest is wrong.
        let value: Arc<[u8]> = std::mem::take(&mut dtd.value).into();
        self.declaration.bytes += value.len();
        let wanted = self.wants(Kind::EntityDecl);
        let entity = self.declaration.target.get(&mut dtd);
        let declared = entity.map(|e| e.text = Some(value.clone())).is_some();
        drop(dtd);
        let reported = declared && wanted && self.report_entity(Some(value), None);
        match failed {
            Some(code) => self.todo.push_back(Task::Fail(code, None)),
            None if !reported => self.emit(Event::Default(token)),
            None => {}
        }
        Ok(())
    }

    /// Reads a value up to its end, or to an external entity, which is asked for; its name.
    fn value_tokens(
        &mut self,
        job: &mut ValueJob,
        dtd: &mut Dtd,
    ) -> Result<Option<Arc<str>>, Wrong> {
        loop {
            let (text, at) = match job.frames.last() {
                Some((_, text, at)) => (text.clone(), *at),
                None => (job.text.clone(), job.at),
            };
            let is_main = job.frames.is_empty();
            let offset = job.offset;
            let wrong = |code, at| Wrong {
                code,
                at: is_main.then_some(offset + at),
            };
            let (token, end) = match entity_value(&text, at, self.ns.is_some()) {
                Ok(t) => t,
                Err(Stop::None) => match job.frames.pop() {
                    Some((name, ..)) => {
                        if let Some(e) = dtd.params.get_mut(&name) {
                            e.open = false;
                        }
                        continue;
                    }
                    None => return Ok(None),
                },
                Err(Stop::Invalid(at)) => return Err(wrong(Code::InvalidToken, at)),
                Err(Stop::Partial | Stop::PartialChar) => {
                    return Err(wrong(Code::InvalidToken, at));
                }
            };
            match job.frames.last_mut() {
                Some(f) => {
                    f.2 = end;
                    self.count_indirect(end - at)?;
                }
                None => job.at = end,
            }
            match token {
                InValue::Data | InValue::EntityRef => dtd.value.extend_from_slice(&text[at..end]),
                InValue::Space => dtd.value.push(b'\n'),
                InValue::CharRef => {
                    let c = char_ref(&text[at..end]).ok_or(wrong(Code::BadCharRef, at))?;
                    let mut utf8 = [0; 4];
                    let utf8 = c.encode_utf8(&mut utf8).as_bytes();
                    dtd.value.extend_from_slice(utf8);
                }
                InValue::ParamEntityRef => {
                    // In the internal subset, declarations must not have such references in them.
                    if is_main && !self.is_param_entity && self.open.is_empty() {
                        return Err(wrong(Code::ParamEntityRef, at));
                    }
                    let name = String::from_utf8_lossy(&text[at + 1..end - 1]);
                    let found = self.param_in_value(&name, dtd);
                    match found.map_err(|code| wrong(code, at))? {
                        InnerParam::Text(name, text) => job.frames.push((name, text, 0)),
                        InnerParam::Asked(name) => return Ok(Some(name)),
                        InnerParam::Skipped => {}
                        InnerParam::Unknown => return Ok(None),
                    }
                }
            }
        }
    }

    /// A reference to a parameter entity in an entity's value.
    fn param_in_value(&mut self, name: &str, dtd: &mut Dtd) -> Result<InnerParam, Code> {
        let target = &self.declaration.target;
        let itself = target.is_param() && target.name().is_some_and(|n| **n == *name);
        let key = dtd.params.get_key_value(name).map(|(k, _)| k.clone());
        let Some((key, entity)) = key.and_then(|k| Some((k.clone(), dtd.params.get_mut(&k)?)))
        else {
            dtd.stop_processing();
            return Ok(InnerParam::Unknown);
        };
        if entity.open || itself {
            return Err(Code::RecursiveEntityRef);
        }
        if let Some(text) = entity.text.clone() {
            entity.open = true;
            return Ok(InnerParam::Text(key, text));
        }
        if !self.wants(Kind::ExternalEntityRef) {
            dtd.stop_processing();
            return Ok(InnerParam::Skipped);
        }
        self.ask_param(entity);
        dtd.param_entity_read = false;
        Ok(InnerParam::Asked(key))
    }

    /// The text of an external parameter entity that is part of an entity's value: read as a whole.
    pub(crate) fn entity_value_entity(&mut self) -> Flowing {
        self.move_event(self.at);
        if !self.last {
            return Ok(Flow::Wait);
        }
        if self.pass_bom() {
            return Ok(Flow::Go);
        }
        if let Ok(t) = prolog(&self.buf, self.at, self.ns.is_some())
            && t.tok == Tok::XmlDecl
        {
            let start = self.at;
            self.pass(t.end)?;
            // As expat has it: the version must be there, as in a document's declaration.
            self.declaration_pi(start, t.end, false)?;
            return Ok(Flow::Go);
        }
        let (from, to) = (self.at, self.buf.len());
        if from == to {
            return Ok(Flow::Wait);
        }
        let text: Arc<[u8]> = self.buf[from..to].into();
        if std::str::from_utf8(&text).is_err() {
            return Err(Code::InvalidToken);
        }
        self.pass(to)?;
        self.value_job = Some(ValueJob {
            text,
            offset: from,
            ..ValueJob::default()
        });
        self.todo.push_back(Task::Value);
        Ok(Flow::Go)
    }
}
