# Contexts: attributes and their limits, flags and traps, the current one, and copies.
import asyncio
import copy
import pickle
import threading
from decimal import *


def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as e:
        print(type(e).__name__, e)


print(DefaultContext, BasicContext, ExtendedContext, sep="\n")
for kwargs in [{"prec": 0}, {"prec": "1"}, {"rounding": "x"}, {"Emin": 1}, {"Emax": -1}, {"capitals": 2}, {"clamp": 2},
               {"flags": [1]}, {"traps": {}}, {"traps": [Overflow], "flags": [Inexact, Rounded]}, {"prec": 10**30}]:
    attempt(Context, **kwargs)
context = Context(prec=5, traps=[DivisionByZero])
attempt(setattr, context, "colour", 1)
attempt(delattr, context, "prec")
attempt(context.divide, 1, 0)
attempt(context.divide, 0, 0)
print(context.flags, len(context.traps), context.flags is context.flags)
context.flags = context.traps
context.traps[Inexact] = True
attempt(context.divide, 1, 3)
attempt(context.flags.__delitem__, Inexact)
copied = context.copy()
print(pickle.loads(pickle.dumps(context)), copy.copy(context), copied.flags == context.flags)
print(context.Etiny(), context.Etop(), context.radix())
print([IEEEContext(bits) for bits in (32, 64, 128)])
attempt(IEEEContext, 33)

with localcontext(prec=3) as local:
    print(Decimal(1) / 3, getcontext() is local)
    local.prec = 4
    print(Decimal(1) / 3)
print(Decimal(1) / 3)
setcontext(ExtendedContext)
print(getcontext() is ExtendedContext, getcontext())
attempt(setcontext, 5)
attempt(localcontext, 5)
thread = threading.Thread(target=lambda: print(getcontext().prec))
thread.start()
thread.join()


async def task(prec):
    getcontext().prec = prec
    with localcontext(prec=prec):
        await asyncio.sleep(0)
        return str(Decimal(1) / 7)


async def main():
    print(await asyncio.gather(task(3), task(5)))


asyncio.run(main())
print(FloatOperation.__mro__, Underflow.__mro__, DivisionByZero.__mro__)
