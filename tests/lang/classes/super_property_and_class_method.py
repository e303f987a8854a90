class A:
    @property
    def p(self): return "A.p"
    @classmethod
    def make(cls): return cls.__name__
    @staticmethod
    def s(): return "A.s"
class B(A):
    @property
    def p(self): return "B." + super().p
    @classmethod
    def make(cls): return "B:" + super().make()
    @staticmethod
    def s(): return "B"
    def t(self): return super().s()
class C(B): pass
print(C().p, C.make(), C().make(), B().t(), super(B, C()).__thisclass__.__name__)
