# The registers of generators: suspended, looked at and written from outside, finished, in a cycle.
import gc

def g(n):
    kept = ["a"]
    for i in range(n):
        got = yield i, kept
        if got: kept = got
    return kept

it = g(4)
print(it.gi_frame.f_locals)
print(next(it), it.gi_frame.f_locals)
it.gi_frame.f_locals["kept"] = ["written"]
print(next(it))
gc.collect()
print(it.send(["sent"]))
frame = it.gi_frame
print(list(it), it.gi_frame, frame.f_locals["i"])

def outer(n):
    try:
        r = yield from g(n)
        yield r
    finally:
        print("closed")

print(list(outer(2)))
it = outer(3)
next(it)
it.close()

def handles():
    try:
        yield 1
    except ValueError:
        yield 2
        raise
try:
    1 / 0
except ZeroDivisionError:
    import sys
    it = handles()
    next(it)
    print(it.throw(ValueError("v")), sys.exception())
    for x in g(2): print(x, sys.exception())
    try: next(it)
    except ValueError as e: print(repr(e), repr(e.__context__))

def deep(n):
    if n: yield from deep(n - 1)
    yield n
print(sum(deep(200)))

def me():
    yield next(it)
it = me()
try: next(it)
except ValueError as e: print(e)

old = g(10**9)
for _ in range(5): next(old)
gc.collect()
for _ in range(5): last = next(old)
gc.collect()
print(last, [next(old)[0] for _ in range(3)])

async def leaf(n): return n
async def tree(n): return await tree(n - 1) + await leaf(n) if n else 0
try: tree(10).send(None)
except StopIteration as e: print(e.value)
c = leaf(1)
c.close()
try: c.send(None)
except RuntimeError as e: print(e)
