//! `mmap`: files and anonymous memory mapped into the address space.

mod iter;
mod methods;

use krait_runtime::protocol::buffer::{Buffer, BufferProcs, Exports, register_exporter};

use crate::libc_constants;
use crate::prelude::*;
use crate::support::lock::{Held, Monitor};
use crate::support::{self};

pub static MODULE: ModuleDef = ModuleDef {
    name: "mmap",
    types: &[&MMAP],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn page_size() -> i64 {
    // SAFETY: cannot fail.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
}

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let error = cx.types().os_error;
    m.set(cx, "error", error.value());
    let list = libc_constants! {
        PROT_EXEC PROT_READ PROT_WRITE MAP_SHARED MAP_PRIVATE MAP_DENYWRITE MAP_EXECUTABLE MAP_ANON MAP_ANONYMOUS MAP_POPULATE
        MAP_STACK MAP_NORESERVE MADV_NORMAL MADV_RANDOM MADV_SEQUENTIAL MADV_WILLNEED MADV_DONTNEED MADV_REMOVE MADV_DONTFORK
        MADV_DOFORK MADV_HWPOISON MADV_MERGEABLE MADV_UNMERGEABLE MADV_HUGEPAGE MADV_NOHUGEPAGE MADV_DONTDUMP MADV_DODUMP
        MADV_FREE
    };
    support::add_ints(cx, m, list);
    #[cfg(target_arch = "x86_64")]
    support::add_ints(cx, m, libc_constants! { MAP_32BIT });
    let page = page_size();
    let own = [
        ("PAGESIZE", page),
        ("ALLOCATIONGRANULARITY", page),
        ("ACCESS_DEFAULT", Access::Default as i64),
        ("ACCESS_READ", Access::Read as i64),
        ("ACCESS_WRITE", Access::Write as i64),
        ("ACCESS_COPY", Access::Copy as i64),
    ];
    support::add_ints(cx, m, &own);
    register_exporter(cx, &MMAP, &PROCS);
    Ok(())
}

/// What the `access` argument allows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Default = 0,
    Read = 1,
    Write = 2,
    Copy = 3,
}

impl Access {
    fn name(self) -> &'static str {
        match self {
            Access::Default => "ACCESS_DEFAULT",
            Access::Read => "ACCESS_READ",
            Access::Write => "ACCESS_WRITE",
            Access::Copy => "ACCESS_COPY",
        }
    }
}

/// A mapping. `start` is 0 once it was closed.
struct Mapping {
    start: usize,
    len: usize,
    /// Where `read` and `write` are.
    pos: usize,
    offset: i64,
    access: Access,
    flags: i32,
    /// A duplicate of the file's descriptor; -1 for anonymous memory and untracked files.
    fd: i32,
    trackfd: bool,
}

impl Mapping {
    fn bytes(&self) -> &[u8] {
        // SAFETY: mapped with that length, and only unmapped by a holder of the monitor.
        unsafe { std::slice::from_raw_parts(self.start as *const u8, self.len) }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `bytes`; the callers have checked that the memory is writable.
        unsafe { std::slice::from_raw_parts_mut(self.start as *mut u8, self.len) }
    }

    fn close(&mut self) {
        if self.start != 0 {
            // SAFETY: mapped with that length, and not unmapped yet.
            unsafe { libc::munmap(self.start as *mut libc::c_void, self.len) };
            (self.start, self.len) = (0, 0);
        }
        if self.fd >= 0 {
            // SAFETY: the descriptor is this object's.
            unsafe { libc::close(self.fd) };
            self.fd = -1;
        }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        self.close();
    }
}

#[derive(Trace)]
struct Mmap {
    state: Monitor<Mapping>,
    exports: Exports,
}
impl Native for Mmap {
    const PY_NAME: &'static str = "mmap.mmap";
}

type This = Obj<Mmap>;

static MMAP: TypeSpec = TypeSpec {
    name: "mmap",
    module: "mmap",
    doc: Some(
        "mmap(fileno, length[, flags[, prot[, access[, offset[, trackfd]]]]])\n\nMaps length bytes of the file with the descriptor fileno; 0 stands for the file's\nsize, and fileno -1 for anonymous memory.  flags says whether changes reach the\nfile and other processes (MAP_SHARED, the default) or not (MAP_PRIVATE); access\nis a simpler way to say the same.  The object has the methods of both bytearray\nand file objects.",
    ),
    layout: Layout::native::<Mmap>(),
    flags: flags::BASETYPE | flags::WEAKREFABLE,
    defs: &[methods::Methods::DEFS, methods::Special::DEFS],
    ..TypeSpec::DEFAULT
};

static PROCS: BufferProcs = BufferProcs {
    get: export,
    release,
    exports: Some(exports),
};

fn exports(v: Value) -> Option<(Value, *const Exports)> {
    NativeObj::<Mmap>::from_value(v).map(|m| (v, &raw const m.exports))
}

fn export(cx: &mut Cx, v: Value, _request: u32) -> PyResult<Buffer> {
    let Some(this) = NativeObj::<Mmap>::from_value(v) else {
        return Err(cx.type_error("not a mmap.mmap"));
    };
    let st = open(cx, this)?;
    this.exports.acquire();
    Ok(Buffer::bytes(
        v,
        st.start as *mut u8,
        st.len,
        st.access == Access::Read,
    ))
}

fn release(_: &mut Cx, buffer: &Buffer) {
    if let Some(this) = NativeObj::<Mmap>::from_value(buffer.owner) {
        this.exports.release();
    }
}

/// The mapping, if it is not closed.
fn open(cx: &mut Cx, this: This) -> PyResult<Held<'static, Mapping>> {
    // SAFETY: the object is on the caller's stack for as long as it uses the guard.
    let this_ref: &'static Mmap = unsafe { &*std::ptr::from_ref(&this.payload) };
    let st = this_ref.state.enter(cx, this.value())?;
    if st.start == 0 {
        return Err(cx.value_error("mmap closed or invalid"));
    }
    Ok(st)
}

/// The mapping, if it may be written.
fn writable(cx: &mut Cx, this: This) -> PyResult<Held<'static, Mapping>> {
    let st = open(cx, this)?;
    if st.access == Access::Read {
        return Err(cx.type_error("mmap can't modify a readonly memory map."));
    }
    Ok(st)
}

/// Flags and protection that an `access` argument stands for.
fn access_arg(
    cx: &mut Cx,
    access: i32,
    flags: Option<i32>,
    prot: Option<i32>,
) -> PyResult<(Access, i32, i32)> {
    if access != 0
        && (flags.is_some_and(|f| f != libc::MAP_SHARED)
            || prot.is_some_and(|p| p != libc::PROT_READ | libc::PROT_WRITE))
    {
        return Err(cx.value_error("mmap can't specify both access and flags, prot."));
    }
    let both = libc::PROT_READ | libc::PROT_WRITE;
    match access {
        0 => {
            let (flags, prot) = (flags.unwrap_or(libc::MAP_SHARED), prot.unwrap_or(both));
            // The protection tells what the mapping is good for.
            let access = match (prot & libc::PROT_READ != 0, prot & libc::PROT_WRITE != 0) {
                (true, true) => Access::Default,
                (_, true) => Access::Write,
                (_, false) => Access::Read,
            };
            Ok((access, flags, prot))
        }
        1 => Ok((Access::Read, libc::MAP_SHARED, libc::PROT_READ)),
        2 => Ok((Access::Write, libc::MAP_SHARED, both)),
        3 => Ok((Access::Copy, libc::MAP_PRIVATE, both)),
        _ => Err(cx.value_error("mmap invalid access parameter.")),
    }
}

/// The length to map of a file: what was asked for, or all behind the offset.
fn length_in_file(cx: &mut Cx, fd: i32, length: usize, offset: i64) -> PyResult<usize> {
    // SAFETY: plain data, filled by the call.
    let (r, st) = unsafe {
        let mut st: libc::stat = std::mem::zeroed();
        (libc::fstat(fd, &raw mut st), st)
    };
    if r < 0 {
        let code = support::errno();
        return Err(support::os_error(cx, code));
    }
    if st.st_mode & libc::S_IFMT != libc::S_IFREG {
        return Ok(length);
    }
    if length == 0 {
        if st.st_size == 0 {
            return Err(cx.value_error("cannot mmap an empty file"));
        }
        if offset >= st.st_size {
            return Err(cx.value_error("mmap offset is greater than file size"));
        }
        return Ok((st.st_size - offset) as usize);
    }
    if offset > st.st_size || st.st_size - offset < length as i64 {
        return Err(cx.value_error("mmap length is greater than file size"));
    }
    Ok(length)
}

/// The constructor's arguments.
struct Request {
    fd: i32,
    length: isize,
    flags: Option<i32>,
    prot: Option<i32>,
    access: i32,
    offset: i64,
    trackfd: bool,
}

fn create(cx: &mut Cx, class: Gc<Type>, r: Request) -> PyResult<Value> {
    if r.length < 0 {
        return Err(cx.overflow_error("memory mapped length must be positive"));
    }
    if r.offset < 0 {
        return Err(cx.overflow_error("memory mapped offset must be positive"));
    }
    let (access, mut flags, prot) = access_arg(cx, r.access, r.flags, r.prot)?;
    let mut len = r.length as usize;
    if r.fd != -1 {
        len = length_in_file(cx, r.fd, len, r.offset)?;
    }
    let mut mapping = Mapping {
        start: 0,
        len: 0,
        pos: 0,
        offset: r.offset,
        access,
        flags,
        fd: -1,
        trackfd: r.trackfd,
    };
    if r.fd == -1 {
        flags |= libc::MAP_ANONYMOUS;
    } else if r.trackfd {
        // SAFETY: plain numbers.
        mapping.fd = support::check(cx, unsafe { libc::fcntl(r.fd, libc::F_DUPFD_CLOEXEC, 0) })?;
    }
    mapping.flags = flags;
    let (start, code) = cx.blocking(|| {
        // SAFETY: a new mapping at an address that the system chooses.
        let p = unsafe { libc::mmap(std::ptr::null_mut(), len, prot, flags, r.fd, r.offset) };
        (p as usize, support::errno())
    });
    if start == libc::MAP_FAILED as usize {
        return Err(support::os_error(cx, code));
    }
    (mapping.start, mapping.len) = (start, len);
    let payload = Mmap {
        state: Monitor::new(mapping),
        exports: Exports::new(),
    };
    Ok(NativeObj::alloc(cx, class, payload).value())
}

/// Changes the size of mapping and file.
fn resize(cx: &mut Cx, this: This, size: usize) -> PyResult<()> {
    if this.exports.is_busy(cx, this.value())? {
        return Err(cx.buffer_error("mmap can't resize with extant buffers exported."));
    }
    let mut st = open(cx, this)?;
    if !st.trackfd {
        return Err(cx.value_error("mmap can't resize with trackfd=False."));
    }
    if !matches!(st.access, Access::Default | Access::Write) {
        return Err(cx.type_error("mmap can't resize a readonly or copy-on-write memory map."));
    }
    if st.fd == -1 && st.flags & libc::MAP_PRIVATE == 0 && size > st.len {
        return Err(cx.value_error("mmap: can't expand a shared anonymous mapping"));
    }
    if st.fd != -1 {
        let end = st.offset + size as i64;
        // SAFETY: plain numbers.
        support::check(cx, unsafe { libc::ftruncate(st.fd, end) })?;
    }
    // SAFETY: nobody else has the address: no buffer is exported, and this thread holds the monitor.
    let p = unsafe {
        libc::mremap(
            st.start as *mut libc::c_void,
            st.len,
            size,
            libc::MREMAP_MAYMOVE,
        )
    };
    if p == libc::MAP_FAILED {
        let code = support::errno();
        return Err(support::os_error(cx, code));
    }
    (st.start, st.len) = (p as usize, size);
    Ok(())
}
