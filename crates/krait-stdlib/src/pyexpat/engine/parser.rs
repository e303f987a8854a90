//! The parser: input, positions, and the order of things.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::pyexpat::engine::account::Account;
use crate::pyexpat::engine::declarations::Declaration;
use crate::pyexpat::engine::dtd::{Dtd, Entity};
use crate::pyexpat::engine::encoding::{ByteMap, Encoding};
use crate::pyexpat::engine::error::Code;
use crate::pyexpat::engine::event::{Event, Kind, Maybe, NameId, Text};
use crate::pyexpat::engine::grammar::Grammar;
use crate::pyexpat::engine::names::{Marks, Names};
use crate::pyexpat::engine::namespaces::Namespaces;
use crate::pyexpat::engine::prolog::{AfterExternal, ValueJob};
use crate::pyexpat::engine::scan::{RawAttr, Span, Stop};

/// When external parameter entities are asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ParamEntityParsing {
    #[default]
    Never,
    UnlessStandalone,
    Always,
}

/// How a parser is made.
#[derive(Clone, Default)]
pub struct Settings {
    /// The encoding, whatever the document says.
    pub encoding: Option<String>,
    /// Expand names; the separator may be missing.
    pub namespaces: Option<Option<u8>>,
}

/// What a parser has to say.
#[derive(Debug)]
pub enum Step {
    Event(Event),
    /// All input is used, or the document has ended.
    Wait,
    Error(Code),
}

/// The answer to an event that wants one.
pub enum Answer {
    /// Of `ExternalEntityRef` and `NotStandalone`.
    Yes,
    No,
    /// Of `UnknownEncoding`.
    Map(Box<ByteMap>),
}

/// A place in the document: line and column count from 0, columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// What the next token belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
    /// The encoding is not known yet.
    Start,
    Prolog,
    /// The start of an external entity for content: a text declaration may follow.
    ExternalStart,
    Content,
    Cdata,
    /// A section of the external subset that is ignored.
    Ignore,
    /// The text of an external parameter entity that is referred to in an entity's value.
    EntityValue,
    Epilog,
    Done,
    Failed(Code),
}

/// What is to be done before the next token.
pub(crate) enum Task {
    /// Report an event if it is wanted, or else the token as it stands.
    Emit(Event, Option<Text>),
    /// The events of an element without content.
    EmptyStart(NameId, Text),
    EmptyEnd(NameId, Option<Text>),
    /// Ask whether a document that is not standalone will do.
    AskStandalone,
    StandaloneAnswer,
    External(AfterExternal),
    /// Go on with an entity's value.
    Value,
    /// Switch to an encoding that the parser does not know; where its name stands.
    Encoding(Option<usize>),
    /// The error, and where it is if not at the current event.
    Fail(Code, Option<usize>),
}

/// An open element.
pub(crate) struct Tag {
    /// As written.
    pub raw: NameId,
    pub name: NameId,
    pub bindings: u32,
}

/// An internal entity that is being read.
pub(crate) struct Open {
    pub name: Arc<str>,
    pub is_parameter: bool,
    pub text: Arc<[u8]>,
    pub at: usize,
    /// Open elements at its start.
    pub level: usize,
    /// A parameter entity that stands between declarations.
    pub between: bool,
}

/// An attribute of the last start tag.
#[derive(Clone, Copy)]
pub(crate) struct Attr {
    pub name: NameId,
    pub value: Span,
    pub prefixed: bool,
}

/// Whether a token was found.
#[derive(PartialEq, Eq)]
pub(crate) enum Flow {
    Go,
    Wait,
    /// It is too early to look at an incomplete token again.
    Deferred,
}

pub(crate) type Flowing = Result<Flow, Code>;

/// A parser of one document or external entity.
pub struct Parser {
    /// Input that is not used yet, in UTF-8 once the encoding is known.
    pub(crate) buf: Vec<u8>,
    pub(crate) at: usize,
    /// The current event in `buf`, from and to.
    pub(crate) event: Span,
    pub(crate) started: bool,
    pub(crate) last: bool,
    /// The first bytes of a character whose others have not come yet.
    pub(crate) rest: Vec<u8>,
    /// The input ends with half of a 16-bit unit.
    pub(crate) torn: bool,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) hint: Option<String>,
    pub(crate) bom: bool,
    /// `position` is that of this place in `buf`.
    pub(crate) position_at: usize,
    pub(crate) position: Position,
    /// `byte` is the index in the whole input of this place in `buf`.
    pub(crate) byte_at: usize,
    pub(crate) byte: usize,
    /// How much input there was when the last token was found incomplete.
    pub(crate) partial: usize,
    pub(crate) deferral: bool,

    pub(crate) stage: Stage,
    pub(crate) todo: VecDeque<Task>,
    pub(crate) answer: Option<Answer>,
    pub(crate) wanted: u32,
    pub(crate) expand_internal: bool,
    pub(crate) param_parsing: ParamEntityParsing,
    pub(crate) foreign_dtd: bool,
    pub(crate) base: Maybe,

    pub(crate) names: Names,
    pub(crate) ns: Option<Namespaces>,
    pub(crate) tags: Vec<Tag>,
    /// 1 in an external entity, whose end is not that of an element.
    pub(crate) base_level: usize,
    pub(crate) open: Vec<Open>,
    pub(crate) raw_attrs: Vec<RawAttr>,
    pub(crate) attrs: Vec<Attr>,
    pub(crate) values: Vec<u8>,
    pub(crate) specified: usize,
    pub(crate) seen: Marks,
    pub(crate) seen_full: Marks,

    pub(crate) dtd: Arc<Mutex<Dtd>>,
    /// There may be something in `dtd`.
    pub(crate) uses_dtd: bool,
    pub(crate) grammar: Grammar,
    pub(crate) declaration: Declaration,
    pub(crate) value_job: Option<ValueJob>,
    pub(crate) account: Arc<Account>,
    /// Bytes of the document that `account` does not know of yet.
    pub(crate) direct: usize,
    /// Memory that `account` knows of.
    pub(crate) accounted: usize,
    pub(crate) is_child: bool,
    pub(crate) is_param_entity: bool,
}

impl Parser {
    pub fn new(settings: Settings) -> Parser {
        Parser {
            buf: Vec::new(),
            at: 0,
            event: (0, 0),
            started: false,
            last: false,
            rest: Vec::new(),
            torn: false,
            encoding: None,
            hint: settings.encoding,
            bom: false,
            position_at: 0,
            position: Position::default(),
            byte_at: 0,
            byte: 0,
            partial: 0,
            deferral: true,
            stage: Stage::Start,
            todo: VecDeque::new(),
            answer: None,
            wanted: 0,
            expand_internal: true,
            param_parsing: ParamEntityParsing::Never,
            foreign_dtd: false,
            base: None,
            names: Names::default(),
            ns: settings.namespaces.map(Namespaces::new),
            tags: Vec::new(),
            base_level: 0,
            open: Vec::new(),
            raw_attrs: Vec::new(),
            attrs: Vec::new(),
            values: Vec::new(),
            specified: 0,
            seen: Marks::default(),
            seen_full: Marks::default(),
            dtd: Arc::default(),
            uses_dtd: false,
            grammar: Grammar::document(),
            declaration: Declaration::default(),
            value_job: None,
            account: Arc::default(),
            direct: 0,
            accounted: 0,
            is_child: false,
            is_param_entity: false,
        }
    }

    /// A parser for an external entity: `context` is what the event said, `None` for a parameter entity.
    pub fn external(&self, context: Option<&str>, encoding: Option<&str>) -> Parser {
        let namespaces = self.ns.as_ref().map(|ns| ns.separator);
        let mut child = Parser::new(Settings {
            encoding: encoding.map(str::to_owned),
            namespaces,
        });
        child.wanted = self.wanted;
        child.deferral = self.deferral;
        child.expand_internal = self.expand_internal;
        child.param_parsing = self.param_parsing;
        child.account = self.account.clone();
        child.is_child = true;
        child.uses_dtd = true;
        if let (Some(ns), Some(parent)) = (&mut child.ns, &self.ns) {
            ns.triplets = parent.triplets;
        }
        match context {
            None => {
                child.dtd = self.dtd.clone();
                child.is_param_entity = true;
                child.grammar = Grammar::external();
                if self.value_job.is_some() {
                    child.value_job = Some(ValueJob::default());
                }
            }
            Some(context) => {
                let mut dtd = self.dtd().clone();
                child.base_level = 1;
                dtd.general.values_mut().for_each(|e| e.open = false);
                for part in context.split('\x0C') {
                    if let Some(e) = dtd.general.get_mut(part) {
                        e.open = true;
                    } else if let (Some(ns), Some((prefix, uri))) =
                        (&mut child.ns, part.split_once('='))
                    {
                        // What was bound in the parent can be bound here.
                        let _ = ns.bind(prefix.as_bytes(), uri.as_bytes());
                    }
                }
                child.dtd = Arc::new(Mutex::new(dtd));
            }
        }
        child
    }

    // Settings.

    /// Whether events of this kind are reported. May change between any two steps.
    pub fn want(&mut self, kind: Kind, wanted: bool) {
        let bit = 1 << kind as u32;
        self.wanted = (self.wanted & !bit) | if wanted { bit } else { 0 };
    }

    pub(crate) fn wants(&self, kind: Kind) -> bool {
        self.wanted & (1 << kind as u32) != 0
    }

    /// Whether internal entities in content are expanded, or left to the handler of `Default`.
    pub fn set_expand_internal(&mut self, expand: bool) {
        self.expand_internal = expand;
    }

    /// Whether names of elements and attributes have their prefix as a third part.
    pub fn set_triplets(&mut self, triplets: bool) {
        if let Some(ns) = self.ns.as_mut().filter(|_| !self.started) {
            ns.triplets = triplets;
        }
    }

    /// Whether an incomplete token waits for much more input before it is looked at again.
    pub fn set_reparse_deferral(&mut self, enabled: bool) {
        self.deferral = enabled;
    }

    pub fn reparse_deferral(&self) -> bool {
        self.deferral
    }

    /// `false` once parsing has begun.
    pub fn set_param_entity_parsing(&mut self, when: ParamEntityParsing) -> bool {
        if !self.started {
            self.param_parsing = when;
        }
        !self.started
    }

    /// The encoding, whatever the document says. Without effect once parsing has begun.
    pub fn set_encoding(&mut self, name: &str) {
        if !self.started {
            self.hint = Some(name.to_owned());
        }
    }

    /// Asks for an external subset even if the document names none.
    pub fn use_foreign_dtd(&mut self, yes: bool) -> Result<(), Code> {
        if self.started {
            return Err(Code::CantChangeFeatureOnceParsing);
        }
        self.foreign_dtd = yes;
        Ok(())
    }

    /// The address relative to which system identifiers are.
    pub fn set_base(&mut self, base: Option<&str>) {
        self.base = base.map(Into::into);
    }

    pub fn base(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// The limits on growth, which can be set in a document's own parser only.
    pub fn limits(&self) -> Option<&Account> {
        (!self.is_child).then_some(&*self.account)
    }

    // What the last event was about.

    pub fn name(&self, id: NameId) -> &[u8] {
        self.names.get(id)
    }

    /// Names and values of the attributes of the last start tag, those with default values last.
    pub fn attributes(&self) -> impl ExactSizeIterator<Item = (NameId, &[u8])> {
        let value = |a: &Attr| &self.values[a.value.0..a.value.1];
        self.attrs.iter().map(move |a| (a.name, value(a)))
    }

    /// How many of them stand in the document.
    pub fn specified_attributes(&self) -> usize {
        self.specified
    }

    /// The text that an event names.
    pub fn text<'a>(&'a self, text: &'a Text) -> &'a [u8] {
        match text {
            Text::Input(from, to) => &self.buf[*from..*to],
            Text::Entity(text, from, to) => &text[*from..*to],
            Text::Own(text) => text,
            Text::Byte(b) => b,
        }
    }

    // Tokens.

    /// What tokens are read from now.
    pub(crate) fn input(&self) -> &[u8] {
        self.open.last().map_or(&self.buf, |o| &o.text)
    }

    pub(crate) fn cursor(&self) -> usize {
        self.open.last().map_or(self.at, |o| o.at)
    }

    /// The token from the cursor to `end` was read.
    pub(crate) fn pass(&mut self, end: usize) -> Result<(), Code> {
        match self.open.last_mut() {
            Some(o) => {
                let n = end - std::mem::replace(&mut o.at, end);
                self.count_indirect(n)
            }
            None => {
                let n = end - self.at;
                self.at = end;
                self.event.1 = end;
                if self.is_child {
                    return self.count_indirect(n);
                }
                self.direct += n;
                Ok(())
            }
        }
    }

    pub(crate) fn count_indirect(&mut self, n: usize) -> Result<(), Code> {
        self.settle()?;
        self.account.add_indirect(n)
    }

    /// Tells the account what it does not know yet.
    fn settle(&mut self) -> Result<(), Code> {
        let direct = std::mem::take(&mut self.direct);
        if direct > 0 {
            self.account.add_direct(direct)?;
        }
        let used = self.buf.capacity()
            + self.values.capacity()
            + self.names.bytes
            + self.tags.capacity() * size_of::<Tag>()
            + self.declaration.bytes;
        match used.checked_sub(self.accounted) {
            Some(0) => {}
            Some(more) => self.account.allocate(more)?,
            None => self.account.release(self.accounted - used),
        }
        self.accounted = used;
        Ok(())
    }

    /// The position of the current event becomes `at`, unless an entity is being read.
    pub(crate) fn move_event(&mut self, at: usize) {
        if self.open.is_empty() {
            self.event.0 = at;
        }
    }

    /// A piece of what is being read.
    pub(crate) fn piece(&self, from: usize, to: usize) -> Text {
        match self.open.last() {
            Some(o) => Text::Entity(o.text.clone(), from, to),
            None => Text::Input(from, to),
        }
    }

    pub(crate) fn emit(&mut self, event: Event) {
        self.todo.push_back(Task::Emit(event, None));
    }

    pub(crate) fn emit_or(&mut self, event: Event, token: Text) {
        self.todo.push_back(Task::Emit(event, Some(token)));
    }

    pub(crate) fn dtd(&self) -> MutexGuard<'_, Dtd> {
        self.dtd.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// The number of open elements, one more in an external entity.
    pub(crate) fn level(&self) -> usize {
        self.tags.len() + self.base_level
    }

    /// Why there is no token, in view of how the input ends.
    pub(crate) fn stop(&self, stop: Stop) -> Stop {
        if stop == Stop::None && self.torn && self.open.is_empty() {
            Stop::Partial
        } else {
            stop
        }
    }

    /// Whether more input may follow the tokens that are read.
    pub(crate) fn more_may_come(&self) -> bool {
        self.open.is_empty() && !self.last
    }

    /// Begins to read an internal entity.
    pub(crate) fn open_entity(
        &mut self,
        name: &Arc<str>,
        is_parameter: bool,
        text: Arc<[u8]>,
        between: bool,
    ) {
        let level = self.level();
        self.open.push(Open {
            name: name.clone(),
            is_parameter,
            text,
            at: 0,
            level,
            between,
        });
    }

    /// The entity that is being read has ended.
    pub(crate) fn close_entity(&mut self) {
        if let Some(o) = self.open.pop() {
            let mut dtd = self.dtd();
            let entity: Option<&mut Entity> = if o.is_parameter {
                dtd.params.get_mut(&o.name)
            } else {
                dtd.general.get_mut(&o.name)
            };
            if let Some(e) = entity {
                e.open = false;
            }
        }
    }

    // Steps.

    /// Answers the last event.
    pub fn answer(&mut self, answer: Answer) {
        self.answer = Some(answer);
    }

    pub(crate) fn answered_yes(&mut self) -> bool {
        matches!(self.answer.take(), Some(Answer::Yes))
    }

    /// Ends parsing here.
    pub fn abort(&mut self) {
        self.stage = Stage::Done;
        self.todo.clear();
        self.event = (self.at, self.at);
    }

    /// The next event.
    pub fn next_step(&mut self) -> Step {
        if let Stage::Failed(code) = self.stage {
            return Step::Error(code);
        }
        match self.step() {
            Ok(Some(event)) => Step::Event(event),
            Ok(None) => Step::Wait,
            Err(code) => {
                self.stage = Stage::Failed(code);
                self.todo.clear();
                Step::Error(code)
            }
        }
    }

    fn step(&mut self) -> Result<Option<Event>, Code> {
        loop {
            while let Some(task) = self.todo.pop_front() {
                if let Some(event) = self.perform(task)? {
                    return Ok(Some(event));
                }
            }
            match self.advance()? {
                Flow::Go => continue,
                Flow::Deferred => return Ok(None),
                Flow::Wait => {}
            }
            self.settle()?;
            self.partial = if self.at == 0 { self.buf.len() } else { 0 };
            if self.last {
                self.stage = Stage::Done;
            }
            if self.position_at < self.at {
                self.advance_position(self.at);
            }
            return Ok(None);
        }
    }

    fn advance(&mut self) -> Flowing {
        let deferred = self.deferral && !self.last && self.at == 0 && self.partial > 0;
        if deferred && self.buf.len() < 2 * self.partial {
            return Ok(Flow::Deferred);
        }
        match self.stage {
            Stage::Start => self.detect(),
            Stage::Prolog => self.prolog_token(),
            Stage::ExternalStart => self.external_start(),
            Stage::Content => self.content_token(),
            Stage::Cdata => self.cdata_token(),
            Stage::Ignore => self.ignored_token(),
            Stage::EntityValue => self.entity_value_entity(),
            Stage::Epilog => self.epilog_token(),
            Stage::Done | Stage::Failed(_) => Ok(Flow::Wait),
        }
    }

    fn perform(&mut self, task: Task) -> Result<Option<Event>, Code> {
        match task {
            Task::Emit(event, token) => {
                if self.wants(event.kind()) {
                    return Ok(Some(self.split(event)));
                }
                let token = token.filter(|_| self.wants(Kind::Default));
                return Ok(token.map(|t| self.split(Event::Default(t))));
            }
            Task::EmptyStart(name, token) => {
                if self.wants(Kind::StartElement) {
                    self.todo.push_front(Task::EmptyEnd(name, None));
                    return Ok(Some(Event::StartElement(name)));
                }
                self.todo.push_front(Task::EmptyEnd(name, Some(token)));
            }
            Task::EmptyEnd(name, token) => {
                if token.is_none() {
                    self.move_event(self.event.1);
                }
                if self.wants(Kind::EndElement) {
                    return Ok(Some(Event::EndElement(name)));
                }
                let token = token.filter(|_| self.wants(Kind::Default));
                return Ok(token.map(|t| self.split(Event::Default(t))));
            }
            Task::AskStandalone => {
                if self.wants(Kind::NotStandalone) && !self.dtd().standalone {
                    self.todo.push_front(Task::StandaloneAnswer);
                    return Ok(Some(Event::NotStandalone));
                }
            }
            Task::StandaloneAnswer => {
                if !self.answered_yes() {
                    return Err(Code::NotStandalone);
                }
            }
            Task::External(after) => self.after_external(after)?,
            Task::Value => self.run_value()?,
            Task::Encoding(at) => self.use_map(at)?,
            Task::Fail(code, at) => {
                if let Some(at) = at {
                    self.move_event(at);
                }
                return Err(code);
            }
        }
        Ok(None)
    }

    /// Text that had to be transcoded is reported in pieces of limited length, as expat does.
    fn split(&mut self, event: Event) -> Event {
        const PIECE: usize = 1024;
        let (Event::Text(Text::Input(from, to)) | Event::Default(Text::Input(from, to))) = event
        else {
            return event;
        };
        if to - from <= PIECE || self.encoding.as_ref().is_none_or(Encoding::is_utf8) {
            return event;
        }
        let mut end = from + PIECE;
        while self.buf[end] & 0xC0 == 0x80 {
            end -= 1;
        }
        let make = match event {
            Event::Text(_) => Event::Text,
            _ => Event::Default,
        };
        let rest = make(Text::Input(end, to));
        self.todo.push_front(Task::Emit(rest, None));
        make(Text::Input(from, end))
    }
}

impl Drop for Parser {
    fn drop(&mut self) {
        self.account.release(self.accounted);
    }
}
