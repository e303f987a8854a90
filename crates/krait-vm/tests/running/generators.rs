use super::check;

#[test]
fn send_throw_close() {
    check(
        "
def g():
    try:
        x = yield 1
        p('got', x)
        try:
            yield 2
        except ValueError as e:
            p('caught', e)
            yield 3
    finally:
        p('finally')
    return 7
it = g()
p(it.send(None), it.gi_running, it.gi_suspended)
p(it.send('x'))
p(it.throw(ValueError('v')))
p(raises(it.__next__))
p(raises(it.__next__))
p(raises(it.send, 5))
p(it.close(), it.gi_frame)
it = g()
p(raises(it.send, 1))
p(next(it))
p(it.close())
p(raises(it.throw, 1))
p(raises(it.throw))
p(raises(next, g().__class__))
def ignores():
    while True:
        try:
            yield
        except GeneratorExit:
            pass
it = ignores(); next(it)
p(raises(it.close))
def returns():
    try:
        yield
    except GeneratorExit:
        return 'value'
it = returns(); next(it)
p(it.close())
def stops():
    yield 1
    raise StopIteration(3)
p(raises(list, stops()))
def again():
    yield raises(next, me)
me = again()
p(next(me))
me.__name__ = 'renamed'
p(me.__name__, me.__qualname__, raises(setattr, me, '__name__', 1))
",
        "
1 False True
got x
2
caught v
3
finally
StopIteration: 7
StopIteration
StopIteration
None None
TypeError: can't send non-None value to a just-started generator
1
finally
None
TypeError: exceptions must be classes or instances deriving from BaseException, not int
TypeError: throw expected at least 1 argument, got 0
TypeError: 'type' object is not an iterator
RuntimeError: generator ignored GeneratorExit
value
RuntimeError: generator raised StopIteration
ValueError: generator already executing
renamed again TypeError: __name__ must be set to a string object
",
    );
}

#[test]
fn delegation() {
    check(
        "
def inner():
    try:
        while True:
            try:
                x = yield 'in'
                p('inner got', x)
            except ValueError:
                p('inner value error')
                return 'result'
    finally:
        p('inner finally')
def outer():
    r = yield from inner()
    p('outer has', r)
    yield 'last'
g = outer()
p(next(g))
p(g.gi_yieldfrom.__name__)
p(g.send(4))
p(g.throw(ValueError))
p(list(g))
g = outer()
next(g)
g.close()
p(raises(next, g))
class It:
    def __iter__(self): return self
    def __next__(self): return 1
    def throw(self, *a):
        p('throw', type(a[0]).__name__)
        raise StopIteration('stopped')
    def close(self): p('close')
def d():
    r = yield from It()
    p('r', r)
    yield 9
g = d(); next(g)
p(g.throw(KeyError('k')))
g = d(); next(g); g.close()
def plain():
    yield from [1, 2, 3]
g = plain(); next(g)
p(raises(g.throw, KeyError))
p(list(plain()))
",
        "
in
inner
inner got 4
in
inner value error
inner finally
outer has result
last
[]
inner finally
StopIteration
throw KeyError
r stopped
9
close
KeyError
[1, 2, 3]
",
    );
}

#[test]
fn coroutines() {
    check(
        "
class A:
    def __await__(self):
        x = yield 'waiting'
        return x
async def inner(): return await A() + 1
async def f():
    try:
        return await inner() * 2
    finally:
        p('done')
c = f()
p(c.send(None), c.cr_await.__name__, c.cr_running)
p(raises(c.send, 20))
p(raises(c.send, None))
c = f(); c.send(None); p(c.close())
c = f(); c.send(None); p(raises(c.throw, KeyError('x')))
c = f()
p(raises(iter, c), c.cr_origin)
w = c.__await__()
p(type(w).__name__, next(w), raises(w.send, 1))
p(raises(c.throw, ValueError))
",
        "
waiting inner False
done
StopIteration: 42
RuntimeError: cannot reuse already awaited coroutine
done
None
done
KeyError: 'x'
TypeError: 'coroutine' object is not iterable None
done
coroutine_wrapper waiting StopIteration: 4
RuntimeError: cannot reuse already awaited coroutine
",
    );
}

#[test]
fn async_generators() {
    check(
        "
class Wait:
    def __await__(self):
        x = yield 'waiting'
        return x
async def ag():
    try:
        x = yield 1
        p('sent', x)
        await Wait()
        yield 2
    finally:
        p('finally')
def run(c):
    steps = []
    while True:
        try:
            steps.append(c.send(None))
        except StopIteration as e:
            return steps, e.value
        except BaseException as e:
            return steps, type(e).__name__, str(e)
async def use():
    r = []
    async for x in ag():
        r.append(x)
    return r
p(run(use()))
p(run([x async for x in ag()] for _ in [1]) if False else '')
async def comp(): return [x * 10 async for x in ag()]
p(run(comp()))
a = ag()
s = a.asend(None)
p(run(s), raises(s.send, None))
p(run(a.asend('v')))
p(run(a.athrow(KeyError('k'))))
p(run(a.athrow(KeyError('k'))), run(a.__anext__()))
a = ag(); run(a.__anext__())
p(run(a.aclose()), run(a.aclose()), run(a.__anext__()))
async def bad():
    while True:
        try:
            yield 1
        except GeneratorExit:
            pass
a = bad(); run(a.__anext__())
p(run(a.aclose()))
a = ag(); run(a.__anext__())
s = a.__anext__(); p(s.send(None), a.ag_running)
p(run(a.__anext__()), run(a.aclose()))
p(raises(s.send, None), a.ag_running)
a = ag()
p(raises(a.asend(3).send, None), raises(a.athrow(ValueError).send, 3))
async def nexts():
    a = ag()
    r = [await anext(a), await anext(a), await anext(a, 'default')]
    return r
p(run(nexts()))
",
        "
sent None
finally
(['waiting'], [1, 2])

sent None
finally
(['waiting'], [10, 20])
([], 1) RuntimeError: cannot reuse already awaited __anext__()/asend()
sent v
(['waiting'], 2)
finally
([], 'KeyError', \"'k'\")
([], None) ([], 'StopAsyncIteration', '')
finally
([], None) ([], None) ([], 'StopAsyncIteration', '')
([], 'RuntimeError', 'async generator ignored GeneratorExit')
sent None
waiting True
([], 'RuntimeError', 'anext(): asynchronous generator is already running') ([], 'RuntimeError', 'aclose(): asynchronous generator is already running')
StopIteration: 2 False
TypeError: can't send non-None value to a just-started async generator RuntimeError: can't send non-None value to a just-started coroutine
sent None
finally
(['waiting'], [1, 2, 'default'])
",
    );
}
