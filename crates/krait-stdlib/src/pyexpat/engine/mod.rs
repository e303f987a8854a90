//! A parser for XML 1.0 (<https://www.w3.org/TR/2006/REC-xml-20060816/>) with namespaces
//! (<https://www.w3.org/TR/2006/REC-xml-names-20060816/>) that behaves as expat does: the same events at the same
//! positions, the same errors. It does not validate. This folder knows no Python.
//!
//! A [`Parser`] is fed with pieces of input and asked for one event after the other.
//!
//! Between two steps the parser is at rest: whoever handles an event may ask it for its position, change what is wanted,
//! or make a parser for an external entity. Nothing recurses: elements, entities and what is left of a token are on
//! stacks of the heap, so depth costs memory only.

mod account;
mod attributes;
mod chars;
mod content;
mod declarations;
mod dtd;
mod encoding;
mod error;
mod event;
mod grammar;
mod input;
mod names;
mod namespaces;
mod parser;
mod prolog;
mod prolog_scan;
mod scan;
mod values;
mod xml_decl;

pub use account::Account;
pub use encoding::ByteMap;
pub use error::{CODES, Code};
pub use event::{Event, Kind, Maybe, Model, NameId, Text};
pub use parser::{Answer, ParamEntityParsing, Parser, Settings, Step};
