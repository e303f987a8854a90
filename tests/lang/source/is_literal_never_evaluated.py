# What is never evaluated is looked at, too; the body of a `finally` once for each way out.
import warnings

SOURCES = [
    "1 if 1 else x is 1",
    "x is 1 if 0 else 2",
    "(x is 'a') if True else (x is b'')",
    "if 0: x is 1",
    "0 and x is ()",
    "1 or [x is 1][2.5]",
    "f = lambda: 3 if 1 else 4()",
    "def f():\n    try:\n        return 1\n    finally:\n        x is 1",
    "def f():\n    try:\n        if a: return 1\n        if b: return 2\n    finally:\n        x is 1",
    "while a:\n    try:\n        if b: break\n        continue\n    finally:\n        1()",
]
for source in SOURCES:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compile(source, "source", "exec")
    print(repr(source), [(str(w.message), w.lineno) for w in caught])
print(1 if 1 else 2 + 3, (lambda x: x if 0 else -x)(4), [i if True else i() for i in "ab"])
