class NoIter: pass
class BadIter:
    def __iter__(self): return 5
class NotAllowed:
    __iter__ = None
    __contains__ = None
for c in (NoIter, BadIter, NotAllowed):
    for use in (iter, list, lambda x: [*x], lambda x: 1 in x):
        try:
            use(c())
        except TypeError as e:
            print(e)
print(list(iter(lambda l=[3, 2, 1]: l.pop(), 1)))
