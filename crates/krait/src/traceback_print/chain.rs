//! Causes, contexts and groups.

use krait_runtime::error::Exception;
use krait_runtime::native::{Cx, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::exceptions::base::as_exception;

use super::{final_line, stack};

pub const HEAD: &str = "Traceback (most recent call last):\n";
const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
/// Exceptions of a group that are shown, and groups in groups.
const MAX_WIDTH: usize = 15;
const MAX_DEPTH: usize = 10;
/// Chains longer than this are cut: nobody reads them, and they may be endless.
const MAX_CHAIN: usize = 4096;

struct Printer {
    out: String,
    /// Addresses of exceptions printed so far; each is kept alive by the one that leads to it.
    seen: Vec<u64>,
    depth: usize,
    need_close: bool,
}

/// The text of an exception, line ends included.
pub fn format(cx: &mut Cx, v: Value) -> String {
    let mut p = Printer {
        out: String::new(),
        seen: Vec::new(),
        depth: 0,
        need_close: false,
    };
    match as_exception(v) {
        Some(e) => p.chained(cx, e),
        None => {
            let class = cx.type_name(v);
            p.out.push_str(&format!(
                "TypeError: print_exception(): Exception expected for value, {class} found\n"
            ));
        }
    }
    p.out
}

impl Printer {
    fn indent(&self) -> String {
        " ".repeat(2 * self.depth)
    }

    /// Adds text; inside a group every line gets a margin.
    fn emit(&mut self, text: &str, margin: char) {
        if self.depth == 0 {
            self.out.push_str(text);
            return;
        }
        let indent = self.indent();
        for line in text.split_inclusive('\n') {
            self.out.push_str(&indent);
            self.out.push(margin);
            self.out.push(' ');
            self.out.push_str(line);
        }
    }

    /// An exception after what led to it.
    fn chained(&mut self, cx: &mut Cx, e: Gc<Exception>) {
        // Values of the chain stay alive through `e`; only this thread's stack holds them here.
        let Ok(mut chain) = krait_runtime::vec::ValueVec::with_capacity(cx, 4) else {
            return;
        };
        let mut links: Vec<Option<&'static str>> = Vec::new();
        let mut at = e;
        loop {
            self.seen.push(at.value().bits());
            if chain.push(cx, at.value()).is_err() {
                return;
            }
            match self.link(at).filter(|_| links.len() < MAX_CHAIN) {
                Some((text, next)) => {
                    links.push(Some(text));
                    at = next;
                }
                None => {
                    links.push(None);
                    break;
                }
            }
        }
        for i in (0..links.len()).rev() {
            if let Some(text) = links[i] {
                self.emit(text, '|');
            }
            if let Some(e) = as_exception(chain.as_slice()[i]) {
                self.single(cx, e);
            }
        }
    }

    /// What led to `e`, and how that is said.
    fn link(&self, e: Gc<Exception>) -> Option<(&'static str, Gc<Exception>)> {
        let unseen = |v: Value| as_exception(v).filter(|x| !self.seen.contains(&x.value().bits()));
        if let Some(cause) = unseen(e.cause.get()) {
            return Some((CAUSE, cause));
        }
        let suppressed = e.suppress_context.get() == Value::bool(true);
        unseen(e.context.get())
            .filter(|_| !suppressed)
            .map(|c| (CONTEXT, c))
    }

    fn single(&mut self, cx: &mut Cx, e: Gc<Exception>) {
        let group = cx.types().base_exception_group;
        if !cx.is_instance(e.value(), group) {
            let frames = stack::format(cx, e.traceback.get());
            if !frames.is_empty() {
                self.emit(HEAD, '|');
                self.emit(&frames, '|');
            }
            let text = final_line::format(cx, e);
            self.emit(&text, '|');
        } else if self.depth > MAX_DEPTH {
            self.emit(&format!("... (max_group_depth is {MAX_DEPTH})\n"), '|');
        } else {
            self.group(cx, e);
        }
    }

    fn group(&mut self, cx: &mut Cx, e: Gc<Exception>) {
        let top = self.depth == 0;
        if top {
            self.depth = 1;
        }
        let frames = stack::format(cx, e.traceback.get());
        if !frames.is_empty() {
            self.emit(
                "Exception Group Traceback (most recent call last):\n",
                if top { '+' } else { '|' },
            );
            self.emit(&frames, '|');
        }
        let text = final_line::format(cx, e);
        self.emit(&text, '|');
        let members = cx
            .get_attr_str(e.value(), "exceptions")
            .and_then(|v| cx.collect(v));
        if let Ok(members) = members {
            self.members(cx, members.as_slice());
        }
        if top {
            self.depth = 0;
        }
    }

    fn members(&mut self, cx: &mut Cx, members: &[Value]) {
        let shown = if members.len() <= MAX_WIDTH {
            members.len()
        } else {
            MAX_WIDTH + 1
        };
        self.need_close = false;
        for i in 0..shown {
            let last = i == shown - 1;
            if last {
                // A group inside may close the box in our stead.
                self.need_close = true;
            }
            let cut = i >= MAX_WIDTH;
            let title = if cut {
                "...".to_owned()
            } else {
                (i + 1).to_string()
            };
            let corner = if i == 0 { "+-" } else { "  " };
            let head = format!(
                "{}{corner}+---------------- {title} ----------------\n",
                self.indent()
            );
            self.out.push_str(&head);
            self.depth += 1;
            match as_exception(members[i]) {
                _ if cut => {
                    let n = members.len() - MAX_WIDTH;
                    let plural = if n > 1 { "s" } else { "" };
                    self.emit(&format!("and {n} more exception{plural}\n"), '|');
                }
                Some(e) if cx.check_native_stack().is_ok() => self.chained(cx, e),
                _ => {}
            }
            if last && self.need_close {
                let foot = format!("{}+------------------------------------\n", self.indent());
                self.out.push_str(&foot);
                self.need_close = false;
            }
            self.depth -= 1;
        }
    }
}
