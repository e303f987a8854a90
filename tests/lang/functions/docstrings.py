def one(): "one"
def two():
    """First line.

        Indented more.
    Last line.
    """
def three(): f"not {1} a docstring"
def four(): b"bytes"
class C: "class doc"
print(repr(one.__doc__), repr(two.__doc__), three.__doc__, four.__doc__, C.__doc__)
