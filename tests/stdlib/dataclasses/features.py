from dataclasses import dataclass, field, asdict, astuple, replace, FrozenInstanceError, fields
@dataclass(order=True)
class P:
    x: int
    y: int = 5
    tags: list = field(default_factory=list, compare=False, repr=False)
p = P(1)
print(p, p == P(1, 5), P(1) < P(2), asdict(p), astuple(p), replace(p, x=9), [f.name for f in fields(p)])
@dataclass(frozen=True, slots=True, kw_only=True)
class F:
    a: int
    def __post_init__(self): print("post", self.a)
f = F(a=1)
try:
    f.a = 2
except FrozenInstanceError as e:
    print(e)
try:
    F(1)
except TypeError as e:
    print(e)
try:
    @dataclass
    class Bad:
        x: list = []
except ValueError as e:
    print(e)
print(hash(f) == hash(F(a=1)), P.__match_args__)
