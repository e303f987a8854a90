//! The builtin types, one folder or file each, and the list of them all.

pub mod bool;
pub mod bytearray;
pub mod bytes;
pub mod complex;
pub mod descriptors;
pub mod dict;
pub mod dictviews;
pub mod exceptions;
pub mod float;
pub mod generic_alias;
pub mod int;
pub mod internal;
pub mod iterators;
pub mod list;
pub mod list_of_types;
pub mod memoryview;
pub mod method;
pub mod module;
pub mod namespace;
pub mod native_function;
pub mod object;
pub mod property;
pub mod range;
pub mod set;
pub mod singletons;
pub mod slice;
pub mod str;
pub mod structseq;
pub mod super_;
pub mod tuple;
pub mod type_;
pub mod typeobj;
pub mod union;
pub mod weakref;

pub use list_of_types::shape_id;
