# A generator's __del__ closes it, a coroutine's warns, that of an asynchronous one closes it too.
import warnings

warnings.simplefilter("always")


def gen():
    try:
        yield 1
    finally:
        print("closed")


g = gen()
next(g)
print(type(g).__del__, g.__del__(), g.gi_frame)
g.__del__()


async def coro():
    pass


c = coro()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    c.__del__()
print(caught[0].message, c.cr_frame is not None)
c.close()


async def agen():
    yield 1


a = agen()
a.__del__()
print(a.ag_frame)
for kind in type(g), type(c), type(a):
    try:
        kind.__del__(1)
    except TypeError as e:
        print(e)


def ignores():
    try:
        yield
    except GeneratorExit:
        print("ignored")
    yield


import sys

sys.unraisablehook = lambda report: print(report.err_msg.partition("<")[0], repr(report.exc_value))
g = ignores()
next(g)
g.__del__()


def closes_itself():
    yield it.__del__()


it = closes_itself()
print(next(it))
