# A class method of a builtin type binds to subclasses only.
def show(function, *args):
    try:
        print(function(*args))
    except TypeError as error:
        print(error)


fromkeys = dict.__dict__["fromkeys"]
show(fromkeys.__get__({}), [1])
show(fromkeys.__get__, 1)
show(fromkeys.__get__, None, int)
show(fromkeys.__get__, None, 1)
show(fromkeys, int, [1])
show(fromkeys)
