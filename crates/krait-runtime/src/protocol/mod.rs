//! The operations of the language, as methods of the context.

pub mod attr;
pub mod buffer;
pub mod call;
pub mod codecs;
pub mod compare;
pub mod equality;
pub mod hash;
pub mod instance;
pub mod iter;
pub mod number;
pub mod sequence;
pub mod slices;
pub mod text;
pub mod truth;
pub mod warn;
