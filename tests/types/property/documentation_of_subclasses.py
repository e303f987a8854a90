class Slotted(property):
    __slots__ = ()
def documented():
    """words"""
try:
    Slotted(documented)
except AttributeError as e:
    print(e)
print(Slotted(doc="dropped").__doc__)
class Has(property):
    __slots__ = ("__doc__",)
print(Has(documented).__doc__, Has(doc="given").__doc__)
class Plain(property): pass
print(Plain(documented).__doc__)
try:
    property().__set_name__()
except TypeError as e:
    print(e)
