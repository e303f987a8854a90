x = 1
t = rt"\n{x}"
print(t.strings)
n = t"{t"{x}"}"
print(n.interpolations[0].expression, n.values[0].values)
print(t"{x=}".strings, t"{x:{x}.{x}f}".interpolations[0].format_spec)
