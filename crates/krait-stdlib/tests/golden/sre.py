"""Makes sre.jsonl: patterns as code lists, methods, and the results CPython gives."""

import json
import re
from re import _compiler, _parser

PATTERNS = [
    (r"a(b)?(c)", 0, ["abc", "xac", "ab", ""]),
    (r"(?P<word>\w+) (?P<other>\w+)?", 0, ["hello world", "hello ", "héllo wörld x", "日本語 テキスト", ""]),
    (r"\d+", 0, ["a1b22c333", "٣٤ 5", "", "x" * 100 + "42"]),
    (r"", 0, ["", "abc", "äöü"]),
    (r"x*", 0, ["axxb", "xx", "é"]),
    (r"(a)|(b)|(c)|(d)|(e)", 0, ["abcde", "e", "z"]),
    (r"(?i)straße|K", 0, ["STRAßE k \u212a", "strasse"]),
    (r"(?m)^\w", 0, ["ab\ncd\n\u00e9f", ""]),
    (r"(?s).", re.X, ["a\n", "😀é\ud800"]),
    (r"[^a-c]+", re.A, ["abcdef", "éabc日本", "abc"]),
    (r"(.)\1", 0, ["aabb", "ééx日日", "ab"]),
    (r"\b", 0, ["ab cd", "é ü", " "]),
    (r",|;\s*", 0, ["a,b; c;d", "", ",", "é;  ü,日"]),
    (rb"(\w)(?P<n>\W)", 0, [b"a b!", b"\xe9\xff a-", b""]),
    (rb"[\x80-\xff]+", 0, [b"abc\x80\x90d\xff", b""]),
    (r"é+", re.I, ["aÉéb" * 40, "e"]),
]
METHODS = ["match", "search", "fullmatch", "findall", "finditer", "split", "sub", "subn"]


def compiled(pattern, flags):
    p = _parser.parse(pattern, flags)
    code = _compiler._code(p, flags)
    groupindex = p.state.groupdict
    indexgroup = [None] * p.state.groups
    for name, i in groupindex.items():
        indexgroup[i] = name
    return flags | p.state.flags, code, p.state.groups - 1, groupindex, indexgroup


def text(s):
    return {"bytes": s.decode("latin-1")} if isinstance(s, bytes) else s


def shown(m):
    if isinstance(m, re.Match):
        return (m.span(), m.group(), m.groups(), m.groupdict("none"), m.lastindex, m.lastgroup, m.regs, m.pos, m.endpos, repr(m))
    return m


def cases(pattern, subject):
    empty = subject[:0]
    repl = "<\\g<0>>" if isinstance(empty, str) else b"<\\g<0>>"
    literal = "-é-" if isinstance(empty, str) else b"-"
    for method in METHODS:
        if method in ("sub", "subn"):
            for count in (0, 1, -1):
                yield method, [literal, subject, count]
            yield method, [repl, subject]
        elif method == "split":
            for n in (0, 1, -1):
                yield method, [subject, n]
        else:
            for bounds in ((), (1,), (0, 2), (2, 1), (-3, 1000), (40, 90)):
                yield method, [subject, *bounds]


for pattern, flags, subjects in PATTERNS:
    p = re.compile(pattern, flags)
    flags, code, groups, groupindex, indexgroup = compiled(pattern, flags)
    assert flags == p.flags
    out = []
    for s in subjects:
        for method, args in cases(p, s):
            result = getattr(p, method)(*args)
            result = [shown(m) for m in result] if method == "finditer" else shown(result)
            out.append([method, [text(a) for a in args], ascii(result)])
    print(json.dumps([text(pattern), flags, code, groups, groupindex, indexgroup, ascii(p), out]))
