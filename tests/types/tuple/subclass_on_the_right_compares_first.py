# The comparison of a subclass's instance on the right is tried first.
class Sub(tuple):
    pass


class Item:
    def __init__(self, name):
        self.name = name

    def __lt__(self, other):
        print('lt', self.name, other.name)
        return True

    def __gt__(self, other):
        print('gt', self.name, other.name)
        return True

    def __eq__(self, other):
        print('eq', self.name, other.name)
        return False


a, b = Item('a'), Item('b')
print((a,) < (b,), (a,) < Sub((b,)), Sub((a,)) < (b,), (a,) == Sub((b,)))
try:
    ('a',) < Sub((1,))
except TypeError as e:
    print(e)
