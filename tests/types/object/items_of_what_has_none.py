# A sequence that stores no items converts the index first.
class P: pass
for value in ("''", "b''", "()", "range(3)", "set()", "{}.keys()", "t''", "1", "None", "int", "object()", "list[int]", "int | str", "P()", "iter([])"):
    for statement in "v[2**70] = 1", "v[0] = 1", "v['a'] = 1", "del v[2**70]", "del v[0]", "del v['a']":
        try:
            exec(f"v = {value}; {statement}")
        except Exception as e:
            print(value, statement, "!!", type(e).__name__, e)
