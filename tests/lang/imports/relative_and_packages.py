import _package
from _package import sub, value
from _package.sub import helper as h
import _package.sub.deep as d
print(_package.__name__, value, sub.name, h(), d.name, d.parent_value)
print(sorted(n for n in vars(_package) if not n.startswith("__")), _package.sub.deep.__package__)
