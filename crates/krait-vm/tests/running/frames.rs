use super::check;

/// A frame object without `sys`: that of a traceback.
const FRAME: &str = "
def frame():
    try:
        1 / 0
    except ZeroDivisionError as e:
        return e.__traceback__.tb_frame.f_back
";

#[test]
fn locals_and_frames() {
    let program = "
def f(a):
    x = 1
    def g(): return x
    fr = frame()
    l = fr.f_locals
    p(type(l).__name__, list(l), l['x'], l.get('nope'), 'a' in l)
    l['x'] = 10
    l['a'] = 'A'
    l['new'] = 5
    p(x, a, g(), l['new'], fr.f_locals['new'])
    p(raises(l.__getitem__, 'nope'), raises(l.pop, 'x'), l.pop('new'), raises(l.__delitem__, 'zz'))
    p(fr.f_code.co_name, fr.f_lineno, fr.f_back.f_code.co_name, fr.f_globals is globals(), raises(fr.clear))
    p(sorted(locals()), l == locals(), raises(hash, l), raises(setattr, fr, 'f_trace_lines', 1))
    return fr
fr = f(3)
p(fr.f_locals['x'], fr.f_back.f_locals is globals())
fr.clear()
p(list(fr.f_locals))
class C:
    y = 2
    p(sorted(k for k in locals() if k[0] != '_'))
def gen():
    v = 1
    yield frame()
    yield v
g = gen()
fr = next(g)
p(fr is g.gi_frame, fr.f_generator is g, fr.f_back, raises(fr.clear))
fr.f_locals['v'] = 'changed'
p(next(g))
";
    check(
        &format!("{FRAME}{program}"),
        "
FrameLocalsProxy ['a', 'g', 'fr', 'l', 'x'] 1 None True
10 A 10 5 5
KeyError: \"local variable ''nope'' is not defined\" ValueError: cannot remove local variables from FrameLocalsProxy 5 KeyError: 'zz'
f 19 <module> True RuntimeError: cannot clear an executing frame
['a', 'fr', 'g', 'l', 'x'] True TypeError: unhashable type: 'FrameLocalsProxy' TypeError: attribute value type must be bool
10 True
[]
['y']
True True None RuntimeError: cannot clear a suspended frame
changed
",
    );
}

#[test]
fn zero_argument_super() {
    check(
        "
class A:
    def f(self): return 'A.f'
    @classmethod
    def c(cls): return 'A.c'
class B(A):
    def f(self): return 'B' + super().f()
    def cell(self):
        def g(): return self
        return super().f()
    @classmethod
    def c(cls): return 'B' + super().c()
    def none(): super()
    def deleted(self):
        del self
        super()
    def star(*args): super()
p(B().f(), B.c(), B().cell())
p(raises(B.none), raises(B().deleted), raises(B.star))
def outside(self): super()
p(raises(outside, 1))
",
        "
BA.f BA.c A.f
RuntimeError: super(): no arguments RuntimeError: super(): arg[0] deleted RuntimeError: super(): no arguments
RuntimeError: super(): __class__ cell not found
",
    );
}
