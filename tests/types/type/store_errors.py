# Errors of stores and deletions: their words, and whether they know the attribute's name.
class Slots:
    __slots__ = ("x",)
    y = 1


class Custom:
    __slots__ = ()

    def __setattr__(self, name, value):
        pass


class Plain:
    pass


plain = Plain()
plain.abc = 1
values = {"s": Slots(), "c": Custom(), "p": plain, "l": [], "n": 1}
for statement in "del s.z", "s.z = 1", "del s.y", "s.y = 1", "del s.x", "del c.z", "del p.ab", "l.append = 1", "n.x = 1":
    try:
        exec(statement, values)
    except AttributeError as error:
        print(error, error.name)
