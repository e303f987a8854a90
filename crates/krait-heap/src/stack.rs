//! The native stack: where it starts, where it is now, and the registers beside it.
//!
//! Native stacks are scanned conservatively. A value may live only in a callee-saved register, so these are
//! captured together with the stack pointer, in the frame that stays alive while the stack is scanned.

/// Words of callee-saved registers captured (the most any supported target has).
pub(crate) const SAVED: usize = 20;

/// Bytes below the stack pointer that a leaf function may use (the x86-64 red zone; 0 elsewhere is fine too).
pub(crate) const RED_ZONE: usize = 128;

/// Stores the callee-saved registers in `regs` and returns the stack pointer.
///
/// Always inlined: a frame of its own would save registers in its prologue, and lose them on return.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn capture(regs: *mut [usize; SAVED]) -> usize {
    let sp: usize;
    // SAFETY: writes six words to `regs`, which has SAVED of them; touches nothing else.
    unsafe {
        std::arch::asm!(
            "mov [{r}], rbx",
            "mov [{r} + 8], rbp",
            "mov [{r} + 16], r12",
            "mov [{r} + 24], r13",
            "mov [{r} + 32], r14",
            "mov [{r} + 40], r15",
            "mov {sp}, rsp",
            r = in(reg) regs,
            sp = out(reg) sp,
            options(nostack, preserves_flags)
        );
    }
    sp
}

/// See the x86-64 version. Low halves of v8-v15 are callee-saved too, and may hold spilled words.
#[cfg(target_arch = "aarch64")]
#[inline(always)]
pub(crate) fn capture(regs: *mut [usize; SAVED]) -> usize {
    let sp: usize;
    // SAFETY: writes twenty words to `regs`, which has SAVED of them; touches nothing else.
    unsafe {
        std::arch::asm!(
            "stp x19, x20, [{r}]",
            "stp x21, x22, [{r}, #16]",
            "stp x23, x24, [{r}, #32]",
            "stp x25, x26, [{r}, #48]",
            "stp x27, x28, [{r}, #64]",
            "stp x29, x30, [{r}, #80]",
            "stp d8, d9, [{r}, #96]",
            "stp d10, d11, [{r}, #112]",
            "stp d12, d13, [{r}, #128]",
            "stp d14, d15, [{r}, #144]",
            "mov {sp}, sp",
            r = in(reg) regs,
            sp = out(reg) sp,
            options(nostack, preserves_flags)
        );
    }
    sp
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
compile_error!("krait-heap: capture() must list this target's callee-saved registers");

/// A stack grows down from `base`, at most to `low` (0: unknown).
#[derive(Clone, Copy, Default)]
pub(crate) struct StackBounds {
    pub(crate) low: usize,
    pub(crate) base: usize,
}

impl StackBounds {
    /// Bounds of the calling thread's stack.
    #[cfg(target_os = "linux")]
    pub(crate) fn of_this_thread() -> Self {
        // SAFETY: the attribute object is initialised by pthread_getattr_np and destroyed after use.
        unsafe {
            let mut attr: libc::pthread_attr_t = std::mem::zeroed();
            let mut low = std::ptr::null_mut();
            let mut size = 0;
            assert_eq!(libc::pthread_getattr_np(libc::pthread_self(), &mut attr), 0);
            assert_eq!(libc::pthread_attr_getstack(&attr, &mut low, &mut size), 0);
            libc::pthread_attr_destroy(&mut attr);
            StackBounds {
                low: low as usize,
                base: low as usize + size,
            }
        }
    }

    /// Bounds of the calling thread's stack.
    #[cfg(target_os = "macos")]
    pub(crate) fn of_this_thread() -> Self {
        // SAFETY: asks about the calling thread, which exists.
        let base = unsafe { libc::pthread_get_stackaddr_np(libc::pthread_self()) } as usize;
        StackBounds { low: 0, base }
    }

    /// Whether a stack pointer belongs to this stack. A main thread's lower bound moves with its resource
    /// limit, which the program may have changed since.
    pub(crate) fn contains(self, sp: usize) -> bool {
        sp <= self.base && (sp >= self.low || self.base - sp <= stack_limit())
    }
}

fn stack_limit() -> usize {
    // SAFETY: getrlimit fills the structure it is given.
    unsafe {
        let mut limit: libc::rlimit = std::mem::zeroed();
        if libc::getrlimit(libc::RLIMIT_STACK, &mut limit) != 0 {
            return 0;
        }
        usize::try_from(limit.rlim_cur).unwrap_or(usize::MAX)
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
compile_error!("krait-heap: StackBounds::of_this_thread() is not written for this system");
