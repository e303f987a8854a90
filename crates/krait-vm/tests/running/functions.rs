use super::check;

#[test]
fn attributes() {
    check(
        "
def f(a, b: int = 1, *, c=2) -> str:
    'doc'
    return a, b, c
p(f.__name__, f.__qualname__, f.__module__, f.__doc__, f.__defaults__, f.__kwdefaults__, f.__closure__)
p(f.__annotations__, f.__annotations__ is f.__annotations__, f.__globals__ is globals(), f.__type_params__)
f.__defaults__ = (5, 6)
p(f(), raises(setattr, f, '__defaults__', 1))
del f.__kwdefaults__
p(raises(f))
f.x = 1
p(f.__dict__, raises(setattr, f, '__dict__', 1), raises(setattr, f, '__closure__', 1))
f.__code__ = (lambda: 42).__code__
p(f())
def outer(v):
    def inner(): return v
    return inner
p(raises(setattr, f, '__code__', outer(1).__code__))
F = type(f)
h = F(outer(1).__code__, {}, closure=outer(99).__closure__)
p(h(), h.__qualname__, h.__name__)
p(raises(F, outer(1).__code__, {}), raises(F, 1, {}), raises(F, f.__code__, {}, 1), raises(F, f.__code__, {}, None, None, (1,)))
f.__annotate__ = lambda format: {'z': format}
p(f.__annotations__, raises(setattr, f, '__annotate__', 1))
f.__annotations__ = None
p(f.__annotate__, f.__annotations__)
p(f.__get__(3).__self__, f.__get__(None, int) is f, raises(f.__get__, None, None))
def kw(alpha): pass
p(raises(kw, alpa=1))
",
        "
f f __main__ doc (1,) {'c': 2} None
{'b': <class 'int'>, 'return': <class 'str'>} True True ()
(5, 6, 2) TypeError: __defaults__ must be set to a tuple object
TypeError: f() missing 1 required keyword-only argument: 'c'
{'x': 1} TypeError: __dict__ must be set to a dictionary, not a 'int' AttributeError: readonly attribute
42
ValueError: f() requires a code object with 0 free vars, not 1
99 outer.<locals>.inner inner
TypeError: arg 5 (closure) must be tuple TypeError: function() argument 'code' must be code, not int TypeError: arg 3 (name) must be None or string ValueError: <lambda> requires closure of length 0, not 1
{'z': 1} TypeError: __annotate__ must be callable or None
None {}
3 True TypeError: __get__(None, None) is invalid
TypeError: kw() got an unexpected keyword argument 'alpa'. Did you mean 'alpha'?
",
    );
}

#[test]
fn code_objects() {
    check(
        "
def f(a, /, b, *args, c, **kw):
    x = 1
    def g(): return x, a
    return g
c = f.__code__
p(c.co_name, c.co_qualname, c.co_filename, c.co_firstlineno, c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount)
p(c.co_varnames, c.co_cellvars, c.co_freevars, c.co_nlocals, f(1, 2, c=3).__code__.co_freevars)
d = c.replace(co_name='other', co_filename='y.py')
p(d.co_name, d.co_filename, d == c, d.replace(co_name='f') == c, hash(d.replace(co_name='f')) == hash(c), c is f.__code__)
p(raises(c.replace, co_name=1), raises(c.replace, nope=1), c._varname_from_oparg(0))
def k(): return 'old'
k.__code__ = k.__code__.replace(co_consts=tuple(['new' if v == 'old' else v for v in k.__code__.co_consts]))
p(k())
p([line for _, _, line in k.__code__.co_lines() if line][-1], len(list(c.co_positions())) * 2 == len(c.co_code))
",
        "
f f test.py 2 2 1 1
('a', 'b', 'c', 'args', 'kw', 'g') ('a', 'x') () 6 ('a', 'x')
other y.py False True True True
TypeError: replace() argument 'co_name' must be str, not int TypeError: replace() got an unexpected keyword argument 'nope' a
new
12 True
",
    );
}

#[test]
fn templates() {
    check(
        "
x = 5
t = t'a{x!r:>3}b'
p(t, t.strings, t.values, list(t))
T = type(t); I = type(t.interpolations[0])
p(T('a', 'b', I(1), I(2)), raises(lambda: T(1)), raises(T, a=1))
p(t + t'{x}')
p(raises(lambda: t + 'b'), raises(I, 1, 'x', 'q'), I.__match_args__)
",
        "
Template(strings=('a', 'b'), interpolations=(Interpolation(5, 'x', 'r', '>3'),)) ('a', 'b') (5,) ['a', Interpolation(5, 'x', 'r', '>3'), 'b']
Template(strings=('ab', '', ''), interpolations=(Interpolation(1, '', None, ''), Interpolation(2, '', None, ''))) TypeError: Template.__new__ *args need to be of type 'str' or 'Interpolation', got int TypeError: Template.__new__ only accepts *args arguments
Template(strings=('a', 'b', ''), interpolations=(Interpolation(5, 'x', 'r', '>3'), Interpolation(5, 'x', None, '')))
TypeError: can only concatenate string.templatelib.Template (not \"str\") to string.templatelib.Template ValueError: Interpolation() argument 'conversion' must be one of 's', 'a' or 'r' ('value', 'expression', 'conversion', 'format_spec')
",
    );
}
