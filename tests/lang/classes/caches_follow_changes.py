# Attribute caches follow every change of a class, at sites that meet one shape and many.
class A:
    kind = "a"
    def __init__(self): self.x = 1
    @property
    def p(self): return ("A.p", self.x)
    def m(self): return "A.m"

class B(A):
    __slots__ = ("s",)
    def __init__(self):
        super().__init__()
        self.s = 2
    def m(self): return "B.m < " + super().m()

class C(A):
    @property
    def p(self): yield self.x

def look(o): return o.kind, o.p, o.m(), o.__class__.__name__

objects = [A(), B(), A(), B()]
def show(): print([look(o) for o in objects])

show()
A.kind = "changed"
show()
A.p = property(lambda self: "new p")
show()
B.p = 5
show()
del B.p
A.m = lambda self: "new A.m"
show()
objects[1].__class__ = A if False else B
objects[0].kind = "own"
objects[0].m = lambda: "own m"
show()
print([list(C().p) for _ in range(3)])

# A property keeps its identity, not its getter.
prop = A.__dict__["p"]
prop.__init__(lambda self: "again")
show()

# Members of __slots__: unset, deleted, replaced, and in a class they are not for.
class S:
    __slots__ = ("a", "b")
def read(o): return o.a
s = S()
for value in 1, 2, 3:
    s.a = value
    print(read(s), end=" ")
del s.a
try: read(s)
except AttributeError as e: print(e)
member = S.a
S.a = 7
print(read(s))
try: s.a = 1
except AttributeError as e: print(e)
class T: pass
T.a = member
for _ in range(3):
    try: read(T())
    except TypeError as e: print(e)

# Getters that raise, recurse too deeply, and find their frame.
import sys
class G:
    @property
    def bad(self): return 1 / 0
    @property
    def deep(self): return self.deep
    @property
    def who(self): return sys._getframe(1).f_code.co_name
def caller(g): return [g.who for _ in range(2)][0]
g = G()
for _ in range(3):
    try: g.bad
    except ZeroDivisionError as e: print(e, e.__traceback__.tb_next.tb_frame.f_code.co_name)
try: g.deep
except RecursionError as e: print("RecursionError")
print(caller(g))
