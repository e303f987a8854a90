# With a literal of simple conversions and a tuple each value is formatted where it stands.
class Noisy:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        print("repr", self.name)
        return Text("R")

    def __str__(self):
        print("str", self.name)
        return "S"


class Text(str):
    def __format__(self, spec):
        return f"<{spec}>"


def value(name):
    print("value", name)
    return Noisy(name)


print("%s-%r" % (value("a"), value("b")))
print("%s-%d" % (value("a"), len("b")))
print("%5r|%-5s|%.1s|%5.1r|%-5.2a|%05s|%+s|% s|%#s|%0s|%.s" % ((Noisy("c"),) * 11) == "")
print("%5r|%-5s|%.1s|%5.1s|%-5.2s|%05s|%+s|%#s|%.s" % (Noisy(1), 2, "34", 56, 78, 9, "a", "b", "c"))
print("%%%s%%" % (1,), "%%" % (), "é%sé" % ("ü",), "%s" % (1,) + "x", "%100s" % (1,) == " " * 99 + "1")
for text in "'%s' % (1, 2)", "'%s%s' % (1,)", "'%' % (1,)", "'%s%' % (1,)", "'%(x)s' % (1,)", "('%s' % (1,)) % (2,)":
    try:
        print(eval(text))
    except (TypeError, ValueError) as e:
        print(text, repr(e))


def lines():
    return "%s and %r" % (
        1,
        1 / 0,
    )


try:
    lines()
except ZeroDivisionError as e:
    print(e.__traceback__.tb_next.tb_lineno)
