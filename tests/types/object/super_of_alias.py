# A super object shows types by their full names.
import types

print(super(object, list[int]), super(object, int | str), super(types.SimpleNamespace, types.SimpleNamespace()))
