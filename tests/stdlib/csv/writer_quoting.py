# Which fields are quoted, which characters escaped.
import csv
import io


def write(row, **params):
    f = io.StringIO(newline="")
    try:
        csv.writer(f, **params).writerow(row)
    except Exception as e:
        print(row, params, type(e).__name__, e)
    else:
        print(row, params, repr(f.getvalue()))


write([1, 2.5, "x", None, ""])
write([""])
write([None])
write([])
write([""], quoting=csv.QUOTE_NONE)
write([None], quoting=csv.QUOTE_STRINGS)
write([None, "", 1, "a"], quoting=csv.QUOTE_STRINGS)
write([None, "", 1, "a"], quoting=csv.QUOTE_NOTNULL)
write([None, "", 1, "a", 1.5, True, 2j], quoting=csv.QUOTE_NONNUMERIC)
write([None, "", 1, "a", 1.5], quoting=csv.QUOTE_ALL)
write(["a,b"], quoting=csv.QUOTE_NONE)
write(["a,b"], quoting=csv.QUOTE_NONE, escapechar="\\")
write(['a"b'])
write(['a"b'], doublequote=False)
write(['a"b'], doublequote=False, escapechar="\\")
write(["\\a"], escapechar="\\")
write(["a\nb", "a\rb", "a!b"], lineterminator="!")
write([" "], delimiter=" ")
write(["", "x"], delimiter=" ", skipinitialspace=True)
write(["", "x"], delimiter=" ", skipinitialspace=True, quoting=csv.QUOTE_NONE)
write(["é☃", "b"], delimiter="☃")
write(4)
