# Quotes, escapes and line ends in every place of a record.
import csv


def read(lines, **params):
    try:
        print(lines, params, list(csv.reader(lines, **params)))
    except Exception as e:
        print(lines, params, type(e).__name__, e)


read(['a"b'])
read(['"a"b'])
read(['"a"b'], strict=True)
read(['"a'])
read(['"a'], strict=True)
read(["a\nb"])
read([b"a"])
read(["a\\"], escapechar="\\")
read(["a\\\n", "b"], escapechar="\\")
read(["a\\\r\nb"], escapechar="\\")
read(['"a\\"b"'], escapechar="\\", doublequote=False)
read(['"a""b"'], doublequote=False)
read(['1,"2",3.5,'], quoting=csv.QUOTE_NONNUMERIC)
read(["x"], quoting=csv.QUOTE_NONNUMERIC)
read(['1,"2",,""'], quoting=csv.QUOTE_STRINGS)
read(['1,"2",,""'], quoting=csv.QUOTE_NOTNULL)
read(["", " a , b "], skipinitialspace=True)
read(["a,@b@"], quoting=csv.QUOTE_NONE, quotechar="@")
read(['"x"\n\n', "\n", "y"])
read(["é☃b"], delimiter="☃")
r = csv.reader(["a,b", 'c,"d', 'e"'])
print(r.line_num, next(r), r.line_num, next(r), r.line_num)


class Reentrant:
    n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n == 1:
            next(self.reader)
        return "x"


source = Reentrant()
source.reader = csv.reader(source)
try:
    next(source.reader)
except csv.Error as e:
    print(e)
