# What a dialect accepts, and its errors.
import copy
import csv
import pickle
from _csv import Dialect


def attempt(f, *args, **kwargs):
    try:
        print(type(f(*args, **kwargs)).__name__)
    except Exception as e:
        print(type(e).__name__, e)


for params in [
    dict(delimiter=""), dict(delimiter="ab"), dict(delimiter=None), dict(delimiter=3),
    dict(delimiter="\n"), dict(delimiter=" ", skipinitialspace=True), dict(quotechar="\r"),
    dict(quotechar=""), dict(quotechar=None), dict(quotechar=None, quoting=0),
    dict(escapechar=" ", skipinitialspace=1), dict(escapechar=4), dict(lineterminator=None),
    dict(quoting=9), dict(quoting="x"), dict(quoting=True), dict(quoting=2**70),
    dict(delimiter='"'), dict(escapechar='"'), dict(escapechar=","),
    dict(delimiter="x", lineterminator="yx"), dict(quotechar="x", lineterminator="yx"),
]:
    print(params, end=" ")
    attempt(Dialect, **params)

d = Dialect()
print(d.strict, d.quoting, d.delimiter, d.escapechar, d.doublequote, d.skipinitialspace, repr(d.lineterminator))
print(Dialect(d) is d, Dialect(d, strict=True) is d)
attempt(setattr, d, "strict", True)
attempt(setattr, d, "delimiter", ";")
attempt(copy.copy, d)
attempt(pickle.dumps, d)
attempt(csv.get_dialect, "none")
attempt(csv.get_dialect, [])
attempt(csv.unregister_dialect, [])
attempt(csv.register_dialect, 3)
attempt(csv.register_dialect)
csv.register_dialect("semi", delimiter=";")
print(csv.list_dialects(), csv.get_dialect("semi").delimiter)
csv.unregister_dialect("semi")
attempt(csv.field_size_limit, "x")
print(csv.field_size_limit(10), csv.field_size_limit())
attempt(lambda: list(csv.reader(["a" * 11])))
print(list(csv.reader(["é" * 10])))
