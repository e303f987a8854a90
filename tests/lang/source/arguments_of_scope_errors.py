# Errors that the symbol table finds have their position in attributes alone, those of code
# generation in `args`, too. The symbol table comes first.
SOURCES = [
    "await x",
    "def f():\n    await x",
    "[x async for x in y]",
    "[x async for x in await y]",
    "def f():\n    async with x: pass",
    "async for x in y: pass",
    "lambda: [await x for y in z]",
    "async def f():\n    lambda: await x",
    "class C:\n    await x",
    "nonlocal x",
    "def f(x):\n    global x",
    "__debug__ = 1",
    "from __future__ import nope",
    "from __future__ import braces",
    "x = 1\nfrom __future__ import annotations",
    "return 1",
    "break\nawait x",
    "class C: return",
    "yield 1",
    "x: int\ndef f():\n    yield from await x",
    "async def f():\n    yield 1\n    return 2",
    "async def f():\n    [[await x for y in z] for w in v]\n    (await x for y in z)",
]
for source in SOURCES:
    try:
        compile(source, "source", "exec")
    except SyntaxError as e:
        print(repr(e), e.lineno, e.offset, e.end_lineno, e.end_offset, e.filename, e.text)
    else:
        print("compiles", source.splitlines()[0])
