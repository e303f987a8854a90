name = "World"
t = t"Hello {name!r:>10} and {1 + 1}!"
print(type(t), t.strings, t.values)
for i in t.interpolations:
    print(i.value, i.expression, i.conversion, repr(i.format_spec))
print(list(t"{1}a{2}"), t"".strings, t"a" + t"{name}")
print(repr(t"x{name}y"))
try:
    t"a" + "b"
except TypeError as e:
    print(e)
