# exit: 1
class C:
    def method(self, argument):
        raise ValueError("in method")

def g(x):
    return x

c = C()
g(c.method(g(1)))
