//! What handlers are written with.

/// Defines a handler: `handler!(name, |pc, base, cx, t| { ... })`.
macro_rules! handler {
    (cold $name:ident, |$pc:ident, $base:ident, $cx:ident, $t:ident| $body:block) => {
        handler!(#[cold] #[inline(never)] $name, |$pc, $base, $cx, $t| $body);
    };
    ($(#[$doc:meta])* $name:ident, |$pc:ident, $base:ident, $cx:ident, $t:ident| $body:block) => {
        $(#[$doc])*
        /// # Safety
        /// Called by dispatch with a verified instruction and its complete frame.
        #[allow(unused_unsafe, clippy::missing_safety_doc)]
        pub unsafe extern "C" fn $name(
            $pc: *const u64,
            $base: *mut krait_runtime::value::Value,
            $cx: *mut krait_runtime::cx::Cx,
            $t: *const $crate::interp::Handler2,
        ) -> *const u64 {
            // SAFETY: the verifier proved operands in range; the frame is complete.
            unsafe { $body }
        }
    };
}

/// Continues at an address.
macro_rules! go {
    ($pc:expr, $base:expr, $cx:ident, $t:ident) => {{
        let pc: *const u64 = $pc;
        let base = $base;
        #[cfg(krait_tail_calls)]
        {
            let h = *$t.add(*pc as u16 as usize);
            return (h.0)(pc, base, $cx, $t);
        }
        #[cfg(not(krait_tail_calls))]
        {
            let _ = $t;
            (*$cx).top = base;
            return pc;
        }
    }};
}

/// Leaves the fast path: the rest is another function with the parameters of a handler, so that
/// this one needs no stack frame.
macro_rules! slow {
    ($f:path, $pc:ident, $base:ident, $cx:ident, $t:ident) => {
        return $f($pc, $base, $cx, $t)
    };
}

/// Continues with the instruction `n` words on.
macro_rules! next {
    ($pc:ident, $base:ident, $cx:ident, $t:ident, $n:expr) => {
        go!($pc.add($n), $base, $cx, $t)
    };
}

/// Continues where a helper says, or leaves the run.
macro_rules! goto {
    ($next:expr, $cx:ident, $t:ident) => {{
        let n: $crate::interp::Next = $next;
        let _ = $t;
        if n.pc.is_null() {
            return std::ptr::null();
        }
        let t = $crate::instrument::table(&*$cx);
        go!(n.pc, n.base, $cx, t)
    }};
}

/// Continues with the instruction `n` words on after a helper that may have run Python code, which
/// may have asked for events: with the dispatch table of the thread.
macro_rules! next_after {
    ($pc:ident, $base:ident, $cx:ident, $n:expr) => {{
        let t = $crate::instrument::table(&*$cx);
        next!($pc, $base, $cx, t, $n)
    }};
}

/// Makes the frame visible to the collector, tracebacks and called code.
macro_rules! save {
    ($pc:ident, $base:ident, $cx:ident) => {
        (*$cx).pc = $pc;
        (*$cx).base = $base;
    };
}

/// Goes to the handler of an exception.
macro_rules! raise {
    ($e:expr, $cx:ident, $t:ident) => {
        goto!($crate::unwind::unwind(&mut *$cx, $e), $cx, $t)
    };
}

/// A register.
macro_rules! reg {
    ($base:ident, $r:expr) => {
        *$base.add($r)
    };
}

/// Runs a fallible helper and stores its result in operand a.
macro_rules! try_store {
    ($pc:ident, $base:ident, $cx:ident, $t:ident, $n:expr, $e:expr) => {{
        save!($pc, $base, $cx);
        match $e {
            Ok(v) => {
                reg!($base, a!($pc)) = v;
                next_after!($pc, $base, $cx, $n)
            }
            Err(e) => raise!(e, $cx, $t),
        }
    }};
}

/// Runs a fallible helper and stores its result in operand a; `EMPTY`: it has entered a frame that will
/// do so, and `cx` says where to go on.
macro_rules! enter_or_store {
    ($pc:ident, $base:ident, $cx:ident, $t:ident, $n:expr, $e:expr) => {{
        save!($pc, $base, $cx);
        match $e {
            Ok(v) if v.is_empty() => {
                let (pc, base) = ((*$cx).pc, (*$cx).base);
                next_after!(pc, base, $cx, 0)
            }
            Ok(v) => {
                reg!($base, a!($pc)) = v;
                next_after!($pc, $base, $cx, $n)
            }
            Err(e) => raise!(e, $cx, $t),
        }
    }};
}

/// Runs a fallible helper without result.
macro_rules! try_do {
    ($pc:ident, $base:ident, $cx:ident, $t:ident, $n:expr, $e:expr) => {{
        save!($pc, $base, $cx);
        match $e {
            Ok(()) => next_after!($pc, $base, $cx, $n),
            Err(e) => raise!(e, $cx, $t),
        }
    }};
}

/// Jumps by a signed number of words, unless somebody wants attention first.
macro_rules! jump {
    ($pc:ident, $base:ident, $cx:ident, $t:ident, $offset:expr) => {{
        let target = $pc.offset($offset);
        if (*$cx)
            .mutator
            .poll_word()
            .load(std::sync::atomic::Ordering::Relaxed)
            != 0
        {
            return $crate::interp::jumps::polled(target, $base, $cx, $t);
        }
        go!(target, $base, $cx, $t)
    }};
}
