import itertools
for left in ("__conditional_annotations__", 'globals()["__conditional_annotations__"]'):
    for v in ("0", "{}", "[]", "''", "object()", "frozenset()"):
        try: exec(f"{left} = {v}\nx: int\n", {})
        except TypeError as e: print(left,v,e)
        else: print("no error")
