import collections, collections.abc
for s in ('f""', 'f"{x}"', '0j+0', '{"a":_,"a":_}', '{1:_,True:_}', '{None:_,None:_}', '{1.0:_, 1:_}', '{-1:_,-1.0:_}', '{1+0j:_,1:_}', '{"1":_,1:_}'):
    try:
        compile(f"match ...:\n case {s}: pass", "s", "exec")
    except SyntaxError as e:
        print(s, e, e.lineno, e.offset, e.end_offset)
    else:
        print(s, "ok")
class Seq(collections.abc.Sequence):
    def __getitem__(self, i):
        print("item", i)
        return i
    def __len__(self):
        return 42
match Seq():
    case [x, *_, y]:
        print(x, y)
class M(collections.UserDict, collections.abc.Sequence): pass
class S(collections.UserList, dict): pass
for o in M(), S():
    match o:
        case [*_]: print("sequence")
        case {}: print("mapping")
class Private:
    pass
p = Private()
setattr(p, "__attr", "as written")
class Outer:
    def f(self, x):
        match x:
            case Private(__attr=y): return y
print(Outer().f(p))
