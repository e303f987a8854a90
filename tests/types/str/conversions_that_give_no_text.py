class NoRepr:
    def __repr__(self): pass
class NoStr:
    def __str__(self): pass
class Nothing:
    def __index__(self): pass
    __int__ = __index__
class Text(str):
    def __int__(self): return 5
class NotIterable(int):
    def __iter__(self): return None

x, y, n, t, i = NoRepr(), NoStr(), Nothing(), Text("a"), NotIterable()
for text in ("str(x)", "repr(x)", "f'{x}'", "'%s' % x", "'%r' % x", "ascii(x)", "str([x])", "str(y)", "'%x' % n", "'%d' % n", "b'%x' % n",
             "'%d' % t", "b'%d' % t", "'%d' % 'a'", "''.join(i)", "b''.join(i)", "list(i)", "bytes(type('I', (), {'__iter__': None})())"):
    try:
        print(text, eval(text))
    except TypeError as e:
        print(text, "!!", e)
