# An AttributeError that passes an attribute access learns the name and the object.
class Hooked:
    def __getattr__(self, name):
        raise AttributeError

    def __getattribute__(self, name):
        if name == "q":
            raise AttributeError("x", 1)
        return object.__getattribute__(self, name)


class WithProperty:
    @property
    def z(self):
        raise AttributeError

    @property
    def w(self):
        return self.nope


class Own(AttributeError):
    pass


class Named:
    def __getattr__(self, name):
        raise Own(3, name="zz")


class Meta(type):
    def __getattr__(self, name):
        raise AttributeError


class Classy(metaclass=Meta):
    pass


class Setter:
    def __setattr__(self, name, value):
        raise AttributeError


def show(function):
    try:
        function()
    except AttributeError as e:
        print(repr(e), e.name, type(e.obj).__name__)


show(lambda: Hooked().foo)
show(lambda: Hooked().foo())
show(lambda: Hooked().q)
show(lambda: getattr(Hooked(), "q"))
show(lambda: WithProperty().z)
show(lambda: WithProperty().w)
show(lambda: Named().z)
show(lambda: Classy.z)
show(lambda: super(WithProperty, WithProperty()).z)
show(lambda: setattr(Setter(), "x", 1))
print(getattr(WithProperty(), "z", 5), hasattr(Hooked(), "q"))


def unbound():
    print(x)
    x = 1


try:
    unbound()
except UnboundLocalError as e:
    print(e, e.name)
