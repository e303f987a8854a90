print("%s %r %a" % ("a", "b", "é"), "%(k)s %(n)05d" % {"k": "v", "n": 42}, "%5s|%-5s|%.2s" % ("a", "b", "cde"), "%%", "%c%c" % ("x", 121), "%*d %.*f" % (5, 3, 2, 1.23456))
for f in (lambda: "%d" % "x", lambda: "%s %s" % 1, lambda: "%s" % (1, 2), lambda: "%z" % 1, lambda: "%(a)s" % {}, lambda: "%(a)s" % 5, lambda: "%c" % "ab", lambda: "%" % 1, lambda: "%d" % 1.5j, lambda: "a" % 1, lambda: "%c" % 1114112):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
