"""Makes json_cases.jsonl: texts with what json.loads makes of them, and values with what json.dumps makes of them."""

import json

TEXTS = """
|{|{"a"|{"a":|{"a":1|{"a":1,|{"a":1,}|{a|[|[1|[1,|[1,]|nul|-|-I|1.|1e|01|1.5e+3|1 2|é|{"é":x|[1 2]|{"a" 1}|{1:2}|-0|[tru|truex
{"a":1 "b"|["é",x]|1|{ }|[ ]|[1 , 2 ]|{"a" : 1 , "b":2 }|{,|[,|1E5|1e400|-1e5|1e-5|--1|12345678901234567890|-123456789012345678|1234567890123456789
"abc|"a\\x"|"a\\u12"|"\\ud800"|"\\ud834\\udd20"|"\\ud834\\u0041"|"a\\|"\\u 123"|"\\u-123"|"é\\u12"|"\\ud834\\u00zz"|"\\u00e9\\n\\/\\b"|"日本語\\t😀"
[[[["key"]]], {"key": {"key": [null, true, false, 0.1, -1.5e300]}}]|{"dup": 1, "dup": 2, "x": []}|"\x7f"|"\x01"|"aaaaaaaaaaaaaaaaaaaaaaa\x1f"
""".strip("\n").replace("\n", "|").split("|")
VALUES = [
    None, True, 1, -(10**30), 1.5, 1e100, "é\"\\\n\x01\x7f\ud800😀/", [], {}, [[], {}, [1, [2]]],
    {"b": 1, "a": {"c": [1, 2.5, "x"], "日": None}}, {"1": 1, "true": [True]}, [0.1, -0.0, 2**62, -(2**61)],
]
n = []
for _ in range(60):
    n = [n, {"k": n}] if len(repr(n)) < 200 else [n]
VALUES.append(n)
SETTINGS = [
    dict(), dict(indent=2), dict(indent="\t", separators=(",", ": ")), dict(ensure_ascii=False), dict(sort_keys=True, separators=(",", ":")),
]

for t in TEXTS:
    try:
        value, end = json.JSONDecoder().scan_once(t, 0)
        print(json.dumps([t, ascii(value), end]))
    except StopIteration as e:
        print(json.dumps([t, "stop", e.value]))
    except json.JSONDecodeError as e:
        print(json.dumps([t, e.msg, e.pos]))
for v in VALUES:
    for s in SETTINGS:
        e = json.JSONEncoder(**s)
        indent = " " * e.indent if isinstance(e.indent, int) else e.indent
        settings = [e.ensure_ascii, indent, e.key_separator, e.item_separator, e.sort_keys]
        print(json.dumps([settings, v, e.encode(v)]))
