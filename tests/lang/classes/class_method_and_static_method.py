class C:
    @classmethod
    def make(cls, *args): return cls.__name__, args
    @staticmethod
    def plain(*args): return args
class D(C): pass

print(C.make(1), D.make(2), D().make(3), C.plain(1), C().plain(2))
print(C.make.__self__, C.make.__func__.__name__)
