# Code objects are equal whatever their files, those among their constants too.
source = """
def f(a, b=1):
    def g():
        return a
    return g
class C:
    def m(self): return [x for x in self]
"""
one, two = compile(source, "one", "exec"), compile(source, "two", "exec")
print(one == two, hash(one) == hash(two), one.co_filename, two.co_filename)
print(one == compile(source.replace("return a", "return b"), "one", "exec"))
print(one == compile("\n" + source, "one", "exec"))
