import operator
from operator import itemgetter, attrgetter, methodcaller, add, concat, index, contains, indexOf, length_hint
print(itemgetter(1)("abc"), itemgetter(0, 2)([1, 2, 3]), attrgetter("real", "imag")(1 + 2j), attrgetter("__class__.__name__")(5), methodcaller("split", ",")("a,b"), add(1, 2), concat("a", "b"), index(True), contains([1], 1), indexOf("abc", "c"), length_hint([1]))
for f in (lambda: itemgetter(), lambda: itemgetter(5)("a"), lambda: concat(1, 2), lambda: index(1.5), lambda: attrgetter(5), lambda: attrgetter(), lambda: operator.methodcaller(), lambda: operator.itemgetter(x=1)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
