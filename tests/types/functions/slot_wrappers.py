# All wrappers of a slot have the slot's signature and documentation.
import array
import collections
import contextvars
import datetime
import types
import weakref

for method in (
    list.__lt__, list.__len__, list.__iadd__, list.__init__, list.__new__, int.__add__, int.__rpow__, int.__index__,
    str.__iter__, bytes.__getitem__, dict.__setitem__, dict.__or__, set.__isub__, tuple.__mul__, object.__setattr__,
    property.__get__, property.__set__, type.__call__, type.__or__, super.__init__, float.__neg__, range.__contains__,
    types.MethodType.__eq__, weakref.ref.__call__, weakref.ref.__eq__, collections.deque.__ge__, array.array.__eq__,
    contextvars.Context.__eq__, datetime.date.__le__, datetime.timedelta.__rdivmod__, collections.OrderedDict.__ior__,
    [].__len__, "".__mul__, (1).__add__, {}.__iter__, iter([]).__next__,
):
    print(method.__qualname__, method.__text_signature__, method.__doc__)

# Others have their own.
for method in (
    str.find, str.startswith, bytes.count, bytearray.rindex, property.getter, property.__set_name__, str.__getnewargs__,
    iter("").__length_hint__, iter(b"").__setstate__, staticmethod.__class_getitem__, datetime.date.__replace__,
    type.__prepare__, contextvars.Token.__exit__,
):
    print(method.__qualname__, method.__text_signature__)

# What a type has under the name __module__ for its instances is not its own module.
for value in (len, print, [].__len__, lambda: 0, contextvars.Token.MISSING):
    print(type(value).__module__, type(value).__name__)
print(type.__dict__["__flags__"], type.__dict__["__base__"])

hour, minute = datetime.timedelta(hours=1), datetime.timedelta(minutes=1)
print(minute.__rfloordiv__(hour), minute.__rtruediv__(hour), minute.__rdivmod__(hour), minute.__rmod__(hour))
print(minute.__rfloordiv__(5), minute.__rtruediv__(5.0), minute.__rdivmod__(5), minute.__rmod__(5))

# The signatures of types.
Traceback = types.TracebackType
for cls in (
    object, type, bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict, range, slice, enumerate, zip,
    map, filter, reversed, property, staticmethod, super, memoryview, BaseException, OSError, type(None), type(...),
    types.FunctionType, types.CodeType, types.CellType, types.ModuleType, types.MappingProxyType, types.GenericAlias,
    types.SimpleNamespace, Traceback, contextvars.Context, contextvars.Token,
):
    print(cls.__name__, cls.__text_signature__)
