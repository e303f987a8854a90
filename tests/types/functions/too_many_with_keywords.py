# Which complaint about arguments comes first.
def show(function, *args, **kw):
    try:
        print(function(*args, **kw))
    except TypeError as error:
        print(error)


show(sum, [], 1, start=2)
show(memoryview, 1, 2)
show([].sort, 1, 2, 3)
show([].sort, 1)
show((1).is_integer, 1, key=2)
show("a".title, 1, key=2)
show(anext, 1, 2, 3, x=1)
show(int, 1, 2, 3)
show(staticmethod)
show((int | str).__mro_entries__, 1, 2)
