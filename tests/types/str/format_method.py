print("{} {1}".format if False else "{0} {1} {0}".format("a", "b"), "{} {}".format(1, 2), "{x} {y[k]} {z.real}".format(x=1, y={"k": 2}, z=3j), "{:>5}|{!r:^7}|{:{w}}".format("a", "b", "c", w=3))
print("{0[0]} {0[1]}".format([1, 2]), "{{}} {}".format(5), "{:%Y}".format(__import__("datetime").date(2020, 1, 2)), "{a}".format_map({"a": 1}))
for args in (("{} {0}", 1), ("{", 1), ("}", 1), ("{1}", 1), ("{x}", 1), ("{0.missing}", 1), ("{!z}", 1), ("{:d}", "s"), ("{0[a]}", [1])):
    try:
        print(args[0].format(*args[1:]))
    except Exception as e:
        print(type(e).__name__, e)
