"""Regenerate errors.txt, the golden file of what CPython's parser says.

Run it with CPython 3.14:  python3.14 tests/regen_errors.py [--fuzz N]

Sources are harvested by running test modules of CPython's own test suite with compile(), exec()
and eval() wrapped, and from the lists below. Each becomes one line with tab-separated fields:

    mode  source  class  message  lineno  offset  end_lineno  end_offset

`class` is `ok` for a source that parses. Only the parser's verdict counts: what the symbol table
or the compiler would say is not asked for.
"""

import ast
import builtins
import io
import os
import random
import re
import sys
import tokenize
import unittest
import warnings
from contextlib import redirect_stderr, redirect_stdout

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = """
    test_syntax test_exceptions test_eof test_fstring test_tstring test_patma test_unpack_ex
    test_type_params test_named_expressions test_grammar test_positional_only_arg
    test_keywordonlyarg test_string_literals test_unicode_identifiers test_generators test_genexps
    test_dictcomps test_listcomps test_setcomps test_except_star test_coroutines test_codeop
    test_type_comments test_ast.test_ast test_decorators test_with test_compile test_future_stmt
    test_global test_scope test_type_annotations test_int test_float test_complex test_builtin
    test_traceback test_unpack test_generator_stop test_dis test_symtable test_super test_class
    test_exception_variations test_raise test_if test_while test_for test_try test_bytes
    test_unicode_file test_funcattrs test_typing test_annotationlib test_lambda test_yield_from
    test_tabnanny test_pyrepl.test_interact test_code test_extcall test_call test_slice
""".split()
MAX_LENGTH = 1200

CORPUS = [
    "print 1", "exec 'a'", "(a b)", "a, b c", "f(a b)", "[1 2]", "{1 2}", "{1:2 3:4}", "x = {1:2, 3}",
    "x = {1:}", "x = {1:*a}", "{**a for a in b}", "{**a: 1}", "{*a: 1}", "[*a for a in b]",
    "1 + not 2", "- not 2", "not - not 2", "~ not x", "1 <> 2", "a := 1", "(a.b := 1)", "(a, b := 1) = 2",
    "f(a for b in c, d)", "f(**a, b)", "f(a=1, b)", "f(**a, *b)", "f(a, b for b in c)", "f(a=)",
    "f(a=1, b=)", "f(True=1)", "f(a.b=1)", "f(*a=1)", "f(**a=1)", "f(a=b for b in c)", "f(*)", "f(**)",
    "def f(a=1, b): pass", "def f(*): pass", "def f(*, **k): pass", "def f(a, *, ): pass",
    "def f(/, a): pass", "def f(a, /, b, /): pass", "def f(*a, /): pass", "def f(a, / * b): pass",
    "def f(**a, b): pass", "def f(**a, *b): pass", "def f(**a=1): pass", "def f(*a=1): pass",
    "def f(*a, *b): pass", "def f((a)): pass", "def f(a, (b, c)): pass", "def f(a b): pass",
    "def f(a=): pass", "def f(a:): pass", "lambda *: 1", "lambda a=1, b: 1", "lambda (a, b): 1",
    "lambda /, a: 1", "lambda **a, b: 1", "lambda a=: 1", "lambda *a=1: 1", "lambda a b: 1",
    "def f", "def f(", "def f()", "def f():", "def f() -> : pass", "def f[](): pass", "def f[*T: int](): pass",
    "def f[**P: (int, str)](): pass", "class C", "class C(", "class C:", "class C(a b): pass", "class C[]: pass",
    "class", "def", "if", "if 1", "if 1:", "if 1:\n", "if 1:\nx", "if 1:\n pass\nelse", "if 1:\n pass\nelse:\nx",
    "if 1:\n pass\nelif", "if 1:\n pass\nelif 1", "if 1:\n pass\nelif 1:\nx", "if 1 = 2: pass", "if a = 2: pass",
    "if a.b = 2: pass", "while a = 1: pass", "while 1", "while 1:\nx", "for x in y", "for x in y:\nz", "for x y: pass",
    "for f() in x: pass", "for x, 1 in y: pass", "for x", "for", "for x in", "with a as f(): pass", "with a as b",
    "with a as b:\nx", "with (a as b, c)", "with (a as 1): pass", "with a, : pass", "with", "async with a as b",
    "async x", "async def f", "await", "try", "try:", "try:\nx", "try:\n pass", "try:\n pass\nexcept", "try:\n pass\nexcept:\nx",
    "try:\n pass\nexcept a\n pass", "try:\n pass\nexcept a as b.c: pass", "try:\n pass\nexcept a, b as c: pass",
    "try:\n pass\nexcept* a, b as c: pass", "try:\n pass\nexcept*: pass", "try:\n pass\nexcept*\n pass",
    "try:\n pass\nexcept a: pass\nexcept* b: pass", "try:\n pass\nexcept* a: pass\nexcept b: pass",
    "try:\n pass\nexcept* a as b.c: pass", "try:\n pass\nfinally", "try:\n pass\nfinally:\nx", "try:\n pass\nelse:\n pass",
    "import", "import a.", "import a as", "import a as b.c", "import a.b as 1", "import a from b", "import a, b from c",
    "from", "from a", "from a import", "from a import b,", "from a import (", "from a import ()", "from a import (b as c.d)",
    "from a import b as c()", "from . import", "from .a import *, b", "from a import b c", "import a b", "import *",
    "del f()", "del (a, b())", "del *a", "del a + b", "del", "del (a,), 1", "del [a, {}]", "del a b",
    "a + 1 = 2", "f() = 1", "a = b = 1 = c", "None = 1", "(a, None) = 1", "[a, 1] = 1", "a, f() = 1", "*a, 1 = x",
    "a if b else c = 1", "lambda: 1 = 2", "a < b = c", "{a: b} = 1", "{a} = 1", "[a for a in b] = 1", "(a for a in b) = 1",
    "'a' = 1", "f'{a}' = 1", "... = 1", "yield = 1", "x = yield = 1", "await a = 1", "not a = 1", "a and b = 1",
    "a + 1 += 2", "f() += 1", "(a, b) += 1", "[a] += 1", "None += 1", "a += b += c", "(a, b): int", "[a]: int = 1", "1: int",
    "a, b: int", "f(): int", "a: int: str", "x: = 1", "x: int =", "x =", "x = = 1", "x ==", "x = (", "x = [", "x = {",
    "x = )", "(]", "(\n]", "{)", "]", "x = (1,\n  2\ny = 3", "x = [1\ny = 2\n", "foo(1, 2\nbar()\nbaz(", "a b", "a b c", "1 2",
    "a 'b'", "'a' b", "'a' b 'c'", "\"a\" x \"b\"", "'a' 1 + 2 'c'", "kf'x'", "x = 'a' 'b' c 'd'",
    "1 if 2", "(1 if 2)", "1 if 2 else", "x = 1 if 2 else pass", "pass if 1 else 2", "break if 1 else 2", "f(1 if 2 3)",
    "assert", "assert a,", "assert a = 1", "assert (a = 1)", "raise from b", "raise a from", "raise a, b", "return = 1",
    "global", "global a b", "global a.b", "nonlocal", "nonlocal 1", "pass a", "break a", "continue 1", "a; ; b", "; a", "a;;",
    "match x:\n case", "match x", "match x:", "match x:\ncase 1: pass", "match x:\n case 1", "match x:\n case 1:\n x",
    "match x:\n case a as _: pass", "match x:\n case a as b.c: pass", "match x:\n case a as 1: pass",
    "match x:\n case A(b=1, 2): pass", "match x:\n case A(b=1, 2, c=3): pass", "match x:\n case {**r, 1: 2}: pass",
    "match x:\n case 1+2: pass", "match x:\n case 1j+2j: pass", "match x:\n case -1j: pass", "match x:\n case a.b.c(): pass",
    "match x:\n case {1: a, **b}: pass", "match x:\n case [a, *b]: pass", "match x:\n case a | : pass", "match x:\n pass",
    "match x:\n case a if b = 1: pass", "case 1: pass", "match = 1", "match[1]", "match(a)", "type = 1", "type x = 1", "type x[T] = 1",
    "type x", "type x =", "type (a) = 1", "case = 1", "_ = 1",
    "x = 1_", "1__0", "0x", "0xg", "0b2", "0b12", "0o8", "0o18", "0777", "00", "0_0", "0_7", "1e", "1e+", "1.e5_", "1j2", "0xfor", "1if 2else 3",
    "1_000j", "0b_1", "0x_f", "09.5", "09e1", "09j", "1.2.3", "1..a", "1.a", "1 .a", "0_", "1_a", "1é", "1£",
    "a\\ b", "a\\", "a\\\n", "\\\n", "a = \\\n 1", "$", "?", "!", "a!", "a ! b", "a?b", "`a`", "a $ b", "é = 1", "€ = 1", "x = €", "a\u00a0b",
    "\u200b", "x\u0301 = 1", "\u0301x", "“a”", "a\x01b", "\x0c\x0cx = 1", "x = 5 # é\n(", "é + 1 = 2", "'é' b", "(é é)",
    "'abc", "\"abc", "'''abc", "\"\"\"abc\n\nd", "x = 'abc\\'", "x = 'abc\\\nd", "x = '''a\n\n\nb\ny", "'a\nb'",
    "'\\x1'", "'\\xg1'", "'\\u12'", "'\\U1234567'", "'\\U00110000'", "'\\N'", "'\\N{}'", "'\\N{x'", "'\\N{nothing}'", "'é\\x1'", "'\\N{é}'",
    "b'\\x1'", "b'é'", "b'a' 'b'", "'a' b'b'", "b'a' f'b'", "t'a' 'b'", "'a' t'b'", "t'a' f'b'", "ub'x'", "ur'x'", "bf'x'", "ft'x'", "bu'x'", "rub'x'",
    "f'{a", "f'{", "f'{}'", "f'{ }'", "f'{!r}'", "f'{:x}'", "f'{=}'", "f'{a!}'", "f'{a!x}'", "f'{a!rr}'", "f'{a! r}'", "f'{a!r b}'", "f'{a b}'",
    "f'{a:{b:{c}}}'", "f'{a:{b:{c:{d}}}}'", "f'}'", "f'{a}}'", "f'{a:}}'", "f'{)}'", "f'{(}'", "f'{a[}'", "f'{a)}'", "f'{lambda x: 1}'", "f'{(lambda x: 1)}'",
    "f'{a:{b!}}'", "f'{a = }'", "f'{a = !r}'", "f'{a=b}'", "f'{a +}'", "f'{+}'", "f'{a $ b}'", "f'{*a}'", "f'{**a}'", "f'{yield}'", "f'{a,}'", "f'{a:\nb}'",
    "f'''{a:\nb}'''", "f'''{\na\n}'''", "f'{\na}'", "f'{\"a\"}'", "f'{'a'}'", "f'{a['b']}'", "f'{a'", "f'{a:b", "f'''{a", "f'''abc", "f'abc", "f'{a!r:'", "f'{a!r'",
    "f'\\N{x}'", "f'\\N{SPACE}{a}'", "f'\\x1{a}'", "f'{a:\\x1}'", "f'\\{a}'", "rf'\\{a}'", "f'{a}' b 'c'", "t'{a b}'", "t'{}'", "t'{a!x}'", "t'{lambda x: 1}'", "t'{", "t'}'",
    "f'{1:=5}'", "f'{(x:=5)}'", "f'{x:=5}'", "f'{a if b}'", "f'{import a}'", "f'{a;b}'", "f'{1 = 2}'", "f\"{'a\"", "f\"{'a'\"", "f'{{}'", "f'{{}}}'", "f'{\\'a\\'}'",
    "  x", "x\n  y", "if 1:\n  a\n b", "if 1:\n    a\n  b\n", "if 1:\n\ta\n        b", "if 1:\n        a\n\tb", "def f():\n\tx\n  y", "if 1:\n  a\n    b",
    "if 1:\n a\nelse:\n b\n  c", "class A:\n def f(self):\n  pass\n pass\n  pass", "\n\n  x", "# c\n  x", "x\n\ty", " # c\nx", "if 1:\n\n\n  # c\nx",
    "return *a, b", "x = *a", "*a", "*a, b", "print(*a for a in b)", "[a, b for a in c]", "{a, b for a in c}", "[a, for a in c]", "[a for a, b c]", "[a for 1 in c]",
    "[a for a in]", "[a for]", "(a for a)", "{a: b for c in d, e}", "(*a)", "(**a)", "(*a, b)", "x[*a]", "x[a:b:c:d]", "x[]", "x[a b]", "x[:", "x[*a:b]", "x[a=1]",
    "@", "@a", "@a\nx", "@a b\ndef f(): pass", "a.", "a.1", "a..b", "a.b.", "a.if", "True.x", "None()", "if = 1", "x.for = 1", "f(if)", "lambda", "lambda:", "lambda x",
    "not", "a not b", "a not in", "a is", "a is not", "a and", "or b", "a if", "a else b", "yield from", "yield x from y", "x = yield y z", "await x y", "-", "a +", "* 2", "a ** ",
    "async for x in y", "async for x in y: pass", "async", "async with a: pass", "async def f():\n await", "a, = 1", "a,, b", "(,)", "[,]", "{,}", "f(,)", "f(a,,b)", "[a,,b]",
    "class A(metaclass=): pass", "class A(b=1, c): pass", "class A(*b for b in c): pass", "def f(a, a): pass", "x: int = yield", "x = y = ", "a = b c", "if x:\n  y z\n",
    "with open(a) as b, open(c) as d\n  x", "elif x: pass", "else: pass", "except: pass", "finally: pass", "f(a, b", "f(a, b\nx = 1", "f(a\n)\n)", "d = {'a': 1\n'b': 2}", "x = [1, 2 3]",
    "x = (1 +)", "if True:\n  print('a'\nelse:\n  pass", "for i in range(10)\n  pass", "def f(x)\n  return", "class A\n  pass", "try\n  pass", "while True\n  pass", "if x == 1\n  pass", "else\n pass",
    "x = 1 +\ny = 2", "import a,", "import a as b as c", "from a import b as", "from a import as b", "from . a import b", "from ... import a", "from .... import a", "from a.b. import c",
    "(" * 201 + ")" * 201, "".join(" " * i + "if 1:\n" for i in range(101)), "(" * 200 + ")" * 200, "[" * 100 + "(" * 101,
    "f'{a:{b:{c:{d:{e}}}}}'", "x = 0xffffffffffffffffffffj", "nonlocal x = 1", "global x = 1", "x = lambda: yield", "x = lambda: (yield)", "print(a, file=b c)",
    "a = 3 if True else", "a = 3 if True", "f(a for a in b for c)", "x = i++", "x++", "++x", "x--", "x =+ 1", "a =! b", "a && b", "a || b", "!a", "a ? b : c", "x = [i for i in range(10) if i else 2]",
]


class Harvest:
    """Wraps the builtins that take source text, and keeps what they are given."""

    def __init__(self):
        self.sources = {}
        self.saved = builtins.compile, builtins.exec, builtins.eval

    def add(self, source, mode):
        if isinstance(source, str) and len(source) <= MAX_LENGTH and mode in ("exec", "eval", "single"):
            self.sources[mode, source] = None

    def __enter__(self):
        compile_, exec_, eval_ = self.saved

        def wrapped_compile(source, filename, mode, *args, **kwargs):
            self.add(source, mode)
            return compile_(source, filename, mode, *args, **kwargs)

        def frame_scopes(args):
            frame = sys._getframe(2)
            return args if args else (frame.f_globals, frame.f_locals)

        def wrapped_exec(source, *args, **kwargs):
            self.add(source, "exec")
            return exec_(source, *frame_scopes(args), **kwargs)

        def wrapped_eval(source, *args, **kwargs):
            self.add(source, "eval")
            return eval_(source, *frame_scopes(args), **kwargs)

        builtins.compile, builtins.exec, builtins.eval = wrapped_compile, wrapped_exec, wrapped_eval
        return self

    def __exit__(self, *exc):
        builtins.compile, builtins.exec, builtins.eval = self.saved


def harvest():
    loader = unittest.TestLoader()
    with Harvest() as found:
        for source in CORPUS:
            found.add(source, "exec")
        for name in MODULES:
            quiet = io.StringIO()
            try:
                with redirect_stdout(quiet), redirect_stderr(quiet):
                    suite = loader.loadTestsFromName("test." + name)
                    unittest.TextTestRunner(stream=quiet, verbosity=0).run(suite)
            except BaseException as e:  # a module that cannot run here gives fewer cases
                print(name, type(e).__name__, e, file=sys.__stderr__)
    return list(found.sources)


def mutate(sources, count):
    """Token-level mutations of sources: the same mistakes people make, and sillier ones."""
    rng = random.Random(314)
    words = "( ) [ ] { } , : ; . = == := + - * ** / not in is if else for lambda x 1 'a' f'{a}' def class " \
            "return import from as with try except print yield await async \n \\ $ @ -> match case".split(" ")
    pool = [s for m, s in sources if m == "exec" and 3 < len(s) < 300]
    result = {}
    while len(result) < count:
        source = rng.choice(pool)
        tokens = re.findall(r"\s+|\w+|'[^'\n]*'|\"[^\"\n]*\"|[^\w\s]", source)
        for _ in range(rng.choice((1, 1, 1, 2))):
            if not tokens:
                break
            at = rng.randrange(len(tokens))
            match rng.randrange(5):
                case 0: del tokens[at]
                case 1: tokens.insert(at, rng.choice(words))
                case 2: tokens[at] = rng.choice(words)
                case 3: tokens.insert(at, tokens[at])
                case 4: tokens = tokens[:at]
        text = "".join(tokens)
        if "\0" not in text:
            result["exec", text] = None
    return list(result)


def verdict(mode, source):
    try:
        compile(source, "<golden>", mode, ast.PyCF_ONLY_AST)
    except SyntaxError as e:
        return [type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset]
    except (MemoryError, ValueError, RecursionError, OverflowError, UnicodeError):
        return None
    return ["ok"]


def escape(text):
    return "".join(
        {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(c, c) if c.isprintable() or c in "\n\t\r"
        else "\\u{%x}" % ord(c) for c in text)


def write(path, cases):
    lines = []
    for mode, source in cases:
        if any(0xD800 <= ord(c) < 0xE000 for c in source):
            continue
        said = verdict(mode, source)
        if "__future__" in source and said != ["ok"]:
            continue  # future features are the compiler's business
        if said is None or (said == ["ok"] and len(source) > 400):
            continue
        fields = [mode, escape(source), said[0], *(escape(str(f)) for f in said[1:])]
        lines.append("\t".join(fields))
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    print(path, len(lines))


def main():
    warnings.simplefilter("ignore")
    sources = harvest()
    warnings.simplefilter("ignore")
    if "--fuzz" in sys.argv:
        count = int(sys.argv[sys.argv.index("--fuzz") + 1])
        write(sys.argv[-1], mutate(sources, count))
    else:
        write(os.path.join(HERE, "errors.txt"), sources)


if __name__ == "__main__":
    main()
