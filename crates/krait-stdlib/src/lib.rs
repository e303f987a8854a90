//! The native modules of the standard library, one folder (or file) per module under its Python name.
//!
//! Modules that need the virtual machine, the compiler or the import system live beside those.

// Special methods keep their Python names.
#![allow(non_snake_case)]

use krait_runtime::native::ModuleDef;

pub mod _codecs;
pub mod _io;
pub mod _posixsubprocess;
pub mod _signal;
pub mod _socket;
pub mod _thread;
pub mod atexit;
pub mod hashes;
pub mod posix;
pub mod prelude;
pub mod select;
pub mod support;

mod _abc;
mod _bisect;
mod _blake2;
mod _bz2;
mod _collections;
pub mod _contextvars;
mod _csv;
mod _datetime;
mod _decimal;
mod _functools;
mod _heapq;
mod _json;
pub mod _locale;
mod _multibytecodec;
mod _multiprocessing;
mod _operator;
mod _pickle;
mod _posixshmem;
mod _queue;
mod _random;
mod _sre;
mod _statistics;
mod _string;
mod _struct;
mod _suggestions;
mod _sysconfig;
mod _types;
mod _typing;
mod _uuid;
mod _weakref;
mod array;
mod binascii;
mod cmath;
mod errno;
mod faulthandler;
mod fcntl;
mod grp;
mod itertools;
mod math;
mod mmap;
mod pwd;
mod pyexpat;
mod resource;
mod syslog;
mod termios;
mod time;
mod unicodedata;
mod zlib;

/// Every module of this crate, for the table of builtin modules.
pub static MODULES: &[&ModuleDef] = &[
    &_codecs::MODULE,
    &_io::MODULE,
    &_signal::MODULE,
    &_thread::MODULE,
    &_posixsubprocess::MODULE,
    &_socket::MODULE,
    &atexit::MODULE,
    &hashes::MD5,
    &hashes::SHA1,
    &hashes::SHA2,
    &hashes::SHA3,
    &select::MODULE,
    &posix::MODULE,
    &_abc::MODULE,
    &_collections::MODULE,
    &_functools::MODULE,
    &_operator::MODULE,
    &_pickle::MODULE,
    &_datetime::MODULE,
    &_decimal::MODULE,
    &_sysconfig::MODULE,
    &_types::MODULE,
    &_json::MODULE,
    &_sre::MODULE,
    &itertools::MODULE,
    &math::MODULE,
    &cmath::MODULE,
    &binascii::MODULE,
    &array::MODULE,
    &unicodedata::MODULE,
    &_random::MODULE,
    &_heapq::MODULE,
    &_bisect::MODULE,
    &time::MODULE,
    &_contextvars::MODULE,
    &_csv::MODULE,
    &_weakref::MODULE,
    &_statistics::MODULE,
    &_string::MODULE,
    &_suggestions::MODULE,
    &errno::MODULE,
    &_struct::MODULE,
    &_typing::MODULE,
    &_blake2::MODULE,
    &_queue::MODULE,
    &fcntl::MODULE,
    &grp::MODULE,
    &pwd::MODULE,
    &pyexpat::MODULE,
    &resource::MODULE,
    &zlib::MODULE,
    &_multibytecodec::MODULE,
    &_multibytecodec::CN,
    &_multibytecodec::HK,
    &_multibytecodec::ISO2022,
    &_multibytecodec::JP,
    &_multibytecodec::KR,
    &_multibytecodec::TW,
    &_multiprocessing::MODULE,
    &_posixshmem::MODULE,
    &_uuid::MODULE,
    &_locale::MODULE,
    &mmap::MODULE,
    &syslog::MODULE,
    &termios::MODULE,
    &_bz2::MODULE,
    &faulthandler::MODULE,
];
