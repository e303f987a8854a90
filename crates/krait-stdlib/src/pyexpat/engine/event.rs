//! What a parser reports.

use std::sync::Arc;

use crate::pyexpat::engine::grammar::Quantifier;

/// The kinds of events, which are asked for one by one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    StartElement,
    EndElement,
    Text,
    Pi,
    Comment,
    StartCdata,
    EndCdata,
    Default,
    XmlDecl,
    StartDoctype,
    EndDoctype,
    ElementDecl,
    AttlistDecl,
    EntityDecl,
    NotationDecl,
    UnparsedEntityDecl,
    ExternalEntityRef,
    NotStandalone,
    SkippedEntity,
    StartNamespace,
    EndNamespace,
    UnknownEncoding,
}

/// The number of a name in a parser's table: equal names have equal numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NameId(pub u32);

/// A piece of text that a parser holds until it is asked for the next event.
#[derive(Clone, Debug)]
pub enum Text {
    /// Of the input.
    Input(usize, usize),
    /// Of the replacement text of an entity.
    Entity(Arc<[u8]>, usize, usize),
    Own(Box<[u8]>),
    /// One character of ASCII.
    Byte([u8; 1]),
}

/// The kind of a content model or of a part of it; the numbers are expat's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum ModelKind {
    Empty = 1,
    Any = 2,
    Mixed = 3,
    Name = 4,
    Choice = 5,
    Sequence = 6,
}

/// A part of a content model.
#[derive(Clone, Debug)]
pub struct Part {
    pub kind: ModelKind,
    pub quantifier: Quantifier,
    pub name: Option<Arc<str>>,
    /// The parts of this one, as positions in [`Model::parts`].
    pub children: Vec<usize>,
}

/// A content model: its parts, each before the ones in it; the first is the whole.
#[derive(Clone, Debug)]
pub struct Model {
    pub parts: Vec<Part>,
}

/// A name or an address that may be missing.
pub type Maybe = Option<Arc<str>>;

/// Something in a document.
#[derive(Clone, Debug)]
pub enum Event {
    /// Name and attributes are asked from the parser.
    StartElement(NameId),
    EndElement(NameId),
    Text(Text),
    Pi {
        target: Arc<str>,
        data: Text,
    },
    Comment(Text),
    StartCdata,
    EndCdata,
    Default(Text),
    XmlDecl {
        version: Maybe,
        encoding: Maybe,
        /// `None` if it does not say.
        standalone: Option<bool>,
    },
    StartDoctype {
        name: Arc<str>,
        system_id: Maybe,
        public_id: Maybe,
        has_internal_subset: bool,
    },
    EndDoctype,
    ElementDecl {
        name: Arc<str>,
        model: Model,
    },
    AttlistDecl {
        element: Arc<str>,
        attribute: Arc<str>,
        kind: Arc<str>,
        default: Maybe,
        required: bool,
    },
    EntityDecl {
        name: Arc<str>,
        is_parameter: bool,
        value: Option<Arc<[u8]>>,
        base: Maybe,
        system_id: Maybe,
        public_id: Maybe,
        notation: Maybe,
    },
    NotationDecl {
        name: Arc<str>,
        base: Maybe,
        system_id: Maybe,
        public_id: Maybe,
    },
    UnparsedEntityDecl {
        name: Arc<str>,
        base: Maybe,
        system_id: Maybe,
        public_id: Maybe,
        notation: Arc<str>,
    },
    /// Wants an answer: whether the entity was dealt with.
    ExternalEntityRef {
        context: Maybe,
        base: Maybe,
        system_id: Maybe,
        public_id: Maybe,
    },
    /// Wants an answer: whether to go on.
    NotStandalone,
    SkippedEntity {
        name: Arc<str>,
        is_parameter: bool,
    },
    StartNamespace {
        prefix: Maybe,
        uri: Maybe,
    },
    EndNamespace {
        prefix: Maybe,
    },
    /// Wants a map as answer.
    UnknownEncoding {
        name: Arc<str>,
    },
}

impl Event {
    pub fn kind(&self) -> Kind {
        match self {
            Event::StartElement(_) => Kind::StartElement,
            Event::EndElement(_) => Kind::EndElement,
            Event::Text(_) => Kind::Text,
            Event::Pi { .. } => Kind::Pi,
            Event::Comment(_) => Kind::Comment,
            Event::StartCdata => Kind::StartCdata,
            Event::EndCdata => Kind::EndCdata,
            Event::Default(_) => Kind::Default,
            Event::XmlDecl { .. } => Kind::XmlDecl,
            Event::StartDoctype { .. } => Kind::StartDoctype,
            Event::EndDoctype => Kind::EndDoctype,
            Event::ElementDecl { .. } => Kind::ElementDecl,
            Event::AttlistDecl { .. } => Kind::AttlistDecl,
            Event::EntityDecl { .. } => Kind::EntityDecl,
            Event::NotationDecl { .. } => Kind::NotationDecl,
            Event::UnparsedEntityDecl { .. } => Kind::UnparsedEntityDecl,
            Event::ExternalEntityRef { .. } => Kind::ExternalEntityRef,
            Event::NotStandalone => Kind::NotStandalone,
            Event::SkippedEntity { .. } => Kind::SkippedEntity,
            Event::StartNamespace { .. } => Kind::StartNamespace,
            Event::EndNamespace { .. } => Kind::EndNamespace,
            Event::UnknownEncoding { .. } => Kind::UnknownEncoding,
        }
    }
}
