//! Threads of one interpreter, and interpreters side by side.

use krait_runtime::cx::{Config, Cx};
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::value::Value;

use super::{describe, execute, interpreter, lines};

/// Calls the global function `name` with a number.
fn call(cx: &mut Cx, globals: Gc<Dict>, name: &str, n: i64) -> Result<(), String> {
    let key = cx.intern(name);
    let f = globals.get_str(cx, key).expect("a function of the program");
    let n: Value = cx.new_int(n);
    match cx.call(f, &[n]) {
        Ok(_) => Ok(()),
        Err(e) => Err(describe(cx, e)),
    }
}

/// Runs `program`, then its function `work(i)` on `n` threads at once, then `done(0)`; returns the
/// lines of `out`.
fn run_threads(config: Config, n: usize, program: &str) -> String {
    let (mut cx, globals) = interpreter(config);
    if let Err(e) = execute(&mut cx, program, globals) {
        panic!("raised {}", describe(&mut cx, e));
    }
    cx.interp().heap.set_multithreaded();
    let interp = cx.interp();
    let dict = globals.value().bits();
    let threads: Vec<_> = (0..n)
        .map(|i| {
            std::thread::Builder::new()
                .stack_size(4 << 20)
                .spawn(move || {
                    let mut cx = krait_runtime::boot::attach_thread(interp);
                    let start = cx.hooks().thread_start.expect("the virtual machine's hook");
                    start(&mut cx);
                    // The dict is kept for the life of the interpreter.
                    let globals: Gc<Dict> = Gc::from_value_unchecked(Value::from_bits(dict));
                    let result = call(&mut cx, globals, "work", i as i64);
                    let end = cx.hooks().thread_end.expect("the virtual machine's hook");
                    end(&mut cx);
                    result
                })
                .expect("a thread")
        })
        .collect();
    let results = cx.blocking(|| {
        threads
            .into_iter()
            .map(|t| t.join().expect("no panic"))
            .collect::<Vec<_>>()
    });
    for r in results {
        assert_eq!(r, Ok(()));
    }
    assert_eq!(call(&mut cx, globals, "done", 0), Ok(()));
    lines(&mut cx, globals)
}

const SHARED: &str = "
N = 1500
items = []; table = {}; counts = {}; queue = list(range(4 * N))
class Node:
    def __init__(self, i): self.i = i; self.next = None
    def get(self): return self.i
shared = Node(0)
def work(t):
    head = None
    for i in range(N):
        items.append((t, i))
        table[t, i] = [i]
        counts.setdefault(t, []).append(i)
        node = Node(i); node.next = head; head = node
        if i % 50 == 0: head = None
        setattr(shared, 'attr_%d_%d' % (t, i % 40), [i])
        shared.i = i
        queue.pop()
        if node.get() != i: raise ValueError(i)
        if i % 100 == 0: collect_young() if i % 3 else collect()
def done(_):
    p(len(items), len(table), [len(v) for v in counts.values()], len(queue))
    p(all([[i for t, i in items if t == k] == list(range(N)) for k in counts]))
    p(len([k for k in shared.__dict__ if k.startswith('attr_')]))
    p(all([table[t, i] == [i] for t in range(3) for i in range(N)]))
";

#[test]
fn shared_containers() {
    let got = run_threads(
        Config {
            verify_heap: true,
            ..Config::default()
        },
        3,
        SHARED,
    );
    assert_eq!(got, "4500 4500 [1500, 1500, 1500] 1500\nTrue\n120\nTrue");
}

#[test]
fn shared_containers_under_stress() {
    let program = SHARED.replace("N = 1500", "N = 150");
    let got = run_threads(
        Config {
            stress: Some(7),
            ..Config::default()
        },
        3,
        &program,
    );
    assert_eq!(got, "450 450 [150, 150, 150] 150\nTrue\n120\nTrue");
}

#[test]
fn classes_change_while_others_use_them() {
    let got = run_threads(
        Config {
            verify_heap: true,
            ..Config::default()
        },
        3,
        "
class A:
    x = 0
    def m(self): return 1
class B(A): pass
objects = [A(), B()]
def work(t):
    if t == 0:
        for i in range(300):
            A.m = lambda self, i=i: i + 1
            A.x = i
            if i % 10 == 0: B.z = i; del B.z
            if i % 20 == 0: objects.append(type('C%d' % i, (B,), {'m': lambda self: 1})())
            if i % 50 == 0: collect()
        return
    for i in range(6000):
        o = objects[i % len(objects)]
        if not o.m() or o.x < 0: raise ValueError(i)
        o.y = i
        if o.y is None: raise ValueError
        o.__dict__
        if i % 500 == 0: o.__class__ = B if type(o) is A else A
def done(_):
    p(A.x, objects[0].m() == 300)
",
    );
    assert_eq!(got, "299 True");
}

#[test]
fn generators_run_on_one_thread_at_a_time() {
    let got = run_threads(
        Config {
            verify_heap: true,
            ..Config::default()
        },
        3,
        "
def numbers():
    i = 0
    while True:
        i += 1
        yield i
it = numbers()
seen = []
def work(t):
    n = 0
    while n < 1000:
        try:
            seen.append(next(it))
            n += 1
        except ValueError as e:
            if str(e) != 'generator already executing': raise
def done(_):
    p(len(seen), len(set(seen)), max(seen))
",
    );
    assert_eq!(got, "3000 3000 3000");
}

#[test]
fn weak_references_on_several_threads() {
    let got = run_threads(
        Config {
            verify_heap: true,
            ..Config::default()
        },
        3,
        "
called = []; deleted = []
class C:
    def __del__(self): deleted.append(1)
def work(t):
    for i in range(300):
        c = C()
        r = ref(c, lambda r: called.append(1))
        s = ref(c)
        if s() is not c: raise ValueError
        c.r = s
        keep = [r]
        if i % 20 == 0: c = None; collect_young()
def done(_):
    wipe(); collect()
    p(len(deleted) >= 890)
",
    );
    assert_eq!(got, "True");
}

#[test]
fn two_interpreters() {
    fn program(k: i64) -> String {
        format!(
            "
class C:
    x = {k}
    def m(self): return [self.x]
def work(n):
    c = C(); total = 0
    for i in range(n):
        c.y = [i]
        total += c.m()[0] + c.y[0]
        if i % 500 == 0: collect()
    p(total)
"
        )
    }
    let run = move |k: i64| {
        let (mut cx, globals) = interpreter(Config {
            verify_heap: true,
            ..Config::default()
        });
        execute(&mut cx, &program(k), globals)
            .unwrap_or_else(|e| panic!("{}", describe(&mut cx, e)));
        call(&mut cx, globals, "work", 2000).expect("no exception");
        lines(&mut cx, globals)
    };
    let other = std::thread::spawn(move || run(7));
    // Two on one thread, in turns.
    let (mut a, ga) = interpreter(Config::default());
    let (mut b, gb) = interpreter(Config::default());
    for (cx, g, k) in [(&mut a, ga, 1), (&mut b, gb, 2)] {
        execute(cx, &program(k), g).unwrap_or_else(|e| panic!("{}", describe(cx, e)));
    }
    for _ in 0..2 {
        call(&mut a, ga, "work", 2000).expect("no exception");
        call(&mut b, gb, "work", 2000).expect("no exception");
    }
    assert_eq!(lines(&mut a, ga), "2001000\n2001000");
    assert_eq!(lines(&mut b, gb), "2003000\n2003000");
    assert_eq!(other.join().expect("no panic"), "2013000");
}
