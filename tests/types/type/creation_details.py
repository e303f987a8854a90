class A: __slots__ = ("b", "a")
class B: __slots__ = ("a", "b")
o = A(); o.a = 1; o.b = 2
o.__class__ = B
print(o.a, o.b, [n for n in A.__dict__ if n in "ab"])
print(type("X", (), {}).__bases__, type.__type_params__)
class E:
    def __mro_entries__(self, bases): return ()
class M1(type): pass
class M2(type): pass
class C1(metaclass=M1): pass
class C2(metaclass=M2): pass
for bases in ((E(),), (C1, E(), C2)):
    try:
        type("A", bases, {})
    except TypeError as e:
        print(e)
import copyreg, typing
class G(typing.Generic[typing.TypeVar("T")]): pass
print(G().__reduce_ex__(0)[1], typing.Generic.__flags__ & (1 << 9))
