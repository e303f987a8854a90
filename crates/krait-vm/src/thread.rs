//! What the virtual machine keeps for each thread: the register stack and results in transit.

use krait_runtime::cx::Cx;
use krait_runtime::value::Value;

use crate::objects::VmTypes;

/// Registers of one thread, in words. Address space only: pages come with use.
const STACK_WORDS: usize = 8 << 20;
/// The least that a thread gets where address space is short.
const MIN_STACK_WORDS: usize = 4 * STACK_SLACK;
/// Registers kept free for the call that meets the limit: the largest window, and its arguments.
pub const STACK_SLACK: usize = 2 << 16;
/// Native stack kept free below the limit, in bytes.
const NATIVE_SLACK: usize = 192 << 10;

/// The virtual machine's state of one thread; `Cx::vm` points to it.
pub struct VmThread {
    pub types: Option<&'static VmTypes>,
    /// Attribute accesses of instructions that meet several shapes.
    pub stubs: Box<crate::stubs::Stubs>,
    /// Result of the run that just ended, `EMPTY` if it ended with `error`.
    pub result: Value,
    pub error: Option<krait_runtime::error::Raised>,
    /// A generator that yielded out of the run, rather than returned.
    pub yielded: bool,
    /// The exception that the innermost handler got without an entry for its frame.
    pub caught: crate::unwind::Caught,
    /// Frames that new coroutines note in `cr_origin`.
    pub origin_depth: usize,
    /// The dispatch table that handlers of this thread go on with.
    pub table: *const crate::interp::Handler2,
    pub instrument: crate::instrument::Instrumentation,
    /// Registers above the running frame in which arguments are being arranged: first, and how many.
    pub filling: (*const Value, usize),
    /// Executed instructions by opcode, with `-X opcount`.
    pub opcount: Option<Box<[u64]>>,
}

/// The state of this thread.
#[inline(always)]
pub fn vm_ptr(cx: &Cx) -> *mut VmThread {
    debug_assert!(!cx.vm.is_null());
    cx.vm.cast()
}

/// The state of this thread.
///
/// # Safety
/// No other reference to it is alive.
#[inline(always)]
pub unsafe fn vm<'a>(cx: &mut Cx) -> &'a mut VmThread {
    // SAFETY: set by `prepare`, freed when the thread ends.
    unsafe { &mut *vm_ptr(cx) }
}

/// Registers for a thread, in words: a small part of the address space if the process may not have all of it.
fn usual_stack_words() -> usize {
    krait_runtime::heap::address_space_limit()
        .map_or(STACK_WORDS, |space| space / 8 / 512)
        .clamp(MIN_STACK_WORDS, STACK_WORDS)
}

/// Reserves a register stack: the usual size, or the half of it, and so on, as far as the system agrees.
fn reserve_stack() -> Option<(*mut Value, usize)> {
    let sizes = std::iter::successors(Some(usual_stack_words()), |words| Some(words / 2));
    sizes
        .take_while(|&words| words >= MIN_STACK_WORDS)
        .find_map(|words| {
            // SAFETY: a fresh anonymous mapping.
            let p = unsafe {
                libc::mmap(
                    std::ptr::null_mut(),
                    words * size_of::<Value>(),
                    libc::PROT_READ | libc::PROT_WRITE,
                    libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                    -1,
                    0,
                )
            };
            (p != libc::MAP_FAILED).then_some((p.cast(), words))
        })
}

/// Gives a new context its register stack and native stack limit; false if there is no address space for
/// them.
pub fn prepare(cx: &mut Cx) -> bool {
    let Some((start, words)) = reserve_stack() else {
        return false;
    };
    cx.stack_start = start;
    // SAFETY: the end of the mapping.
    cx.stack_end = unsafe { cx.stack_start.add(words - STACK_SLACK) };
    cx.mutator.poll().set_bound(cx.stack_end as usize);
    cx.native_limit = native_stack_low() + NATIVE_SLACK;
    let types = None;
    let state = VmThread {
        stubs: crate::stubs::Stubs::new(),
        types,
        result: Value::EMPTY,
        error: None,
        yielded: false,
        caught: crate::unwind::Caught::NOTHING,
        origin_depth: 0,
        table: crate::interp::TABLE.as_ptr(),
        instrument: Default::default(),
        filling: (std::ptr::null(), 0),
        opcount: None,
    };
    cx.vm = Box::into_raw(Box::new(state)).cast();
    cx.next_of_generator = Some(crate::objects::generator::next_for_native);
    true
}

/// Frees what `prepare` made. The context must not run Python code again.
pub fn release(cx: &mut Cx) {
    if cx.vm.is_null() {
        return;
    }
    if krait_runtime::finalize::has_pending(cx) {
        // What this thread's last collection queued is for another thread to run.
        cx.interp()
            .heap
            .request_all(krait_runtime::cx::POLL_FINALIZE);
    }
    // SAFETY: made by `prepare`, used by this thread only.
    unsafe {
        let words = cx.stack_end.offset_from(cx.stack_start) as usize + STACK_SLACK;
        drop(Box::from_raw(vm_ptr(cx)));
        libc::munmap(cx.stack_start.cast(), words * size_of::<Value>());
    }
    cx.vm = std::ptr::null_mut();
    cx.stack_start = std::ptr::null_mut();
    cx.base = std::ptr::null_mut();
}

/// Lowest address of the calling thread's native stack that may be used.
fn native_stack_low() -> usize {
    // SAFETY: plain queries of the C library, on zeroed out-parameters.
    unsafe {
        let mut attr: libc::pthread_attr_t = std::mem::zeroed();
        let (mut low, mut size) = (std::ptr::null_mut(), 0usize);
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attr) == 0 {
            libc::pthread_attr_getstack(&attr, &mut low, &mut size);
            libc::pthread_attr_destroy(&mut attr);
            // The main thread's stack grows up to the limit, of which glibc reports the bounds.
            return low as usize;
        }
        let here = 0u8;
        (&raw const here as usize).saturating_sub(512 << 10)
    }
}
