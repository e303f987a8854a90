# super() with a class as its object, in __new__ and class methods, by one instruction again and again.
class Base:
    def __new__(cls, *args):
        self = super().__new__(cls)
        self.args = args
        return self

    @classmethod
    def name(cls):
        return "Base of " + cls.__name__

    def plain(self):
        return "plain " + self.__class__.__name__


class One(Base):
    def __new__(cls, *args):
        return super(One, cls).__new__(cls, *args, "one")

    @classmethod
    def name(cls):
        return "One, " + super().name()

    @classmethod
    def function(cls):
        return super().plain

    @classmethod
    def called(cls, x):
        return super().plain(x)


class Two(One):
    pass


for cls in (One, One, Two, Two, One, Base, Base):
    print(type(cls(1)).__name__, cls(2).args, cls.name())
print(One.function() is Base.plain, Two.function() is Base.plain)
print([One.called(Two()), Two.called(One()), One.called(One())])


def make(tag):
    class Local(Base):
        def __new__(cls):
            return super().__new__(cls, tag)

    return Local


for i in range(5):
    print(make(i)().args, end=" ")
print()

old = Base.__new__
Base.__new__ = lambda cls, *args: ("replaced", args)
print(One(1), Two(2))
Base.__new__ = old
print(One(1).args)


class Middle(Base):
    def __new__(cls, *args):
        return super().__new__(cls, *args, "middle")


Two.__bases__ = (One, Middle)
print(Two(3).args, One(3).args, Two.__mro__[1:4])


class Number(int):
    def __new__(cls, text):
        return super(Number, cls).__new__(cls, text, 16)


print([Number(t) + 0 for t in ("a", "ff", "10")])
for cls in int, str:
    try:
        object.__new__(cls)
    except TypeError as e:
        print(e)
for args in (), (5,), (object,):
    try:
        Number.__base__.__new__(*args)
    except TypeError as e:
        print(e)
