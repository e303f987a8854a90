from enum import Enum, IntEnum, Flag, auto, StrEnum, unique
class Color(Enum):
    RED = 1
    GREEN = auto()
    ALIAS = 1
print(Color.RED, repr(Color.GREEN), Color(1), Color["RED"], Color.ALIAS is Color.RED, list(Color), Color.RED.name, len(Color), Color.RED in Color)
class N(IntEnum):
    ONE = 1
print(N.ONE + 1, N.ONE == 1, f"{N.ONE}")
class Perm(Flag):
    R, W, X = auto(), auto(), auto()
print(Perm.R | Perm.W, repr(Perm.R | Perm.X), Perm.R in (Perm.R | Perm.W), ~Perm.R, Perm(0))
class S(StrEnum):
    A = auto()
print(S.A, S.A == "a")
for f in (lambda: Color(9), lambda: Color["X"], lambda: setattr(Color, "RED", 2), lambda: Color.BLUE):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
