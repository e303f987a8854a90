class A:
    def who(self): return ["A"]
class B(A):
    def who(self): return ["B"] + super().who()
class C(A):
    def who(self): return ["C"] + super().who()
class D(B, C):
    def who(self): return ["D"] + super().who()

print(D().who(), [c.__name__ for c in D.__mro__])
print(super(B, D()).who(), super(D, D()).who())
print(D.__bases__, D.__base__, A.__subclasses__())
