# `type.__new__` makes classes; only `type(x)` tells the type.
def show(function, *args, **kw):
    try:
        print(function(*args, **kw))
    except (TypeError, AttributeError) as error:
        print(error)


show(type, 1)
show(type)
show(type, 1, 2)
show(type.__new__, type)
show(type.__new__, type, 1)
show(type.__prepare__, 1, 2, 3, x=4)
show(lambda: list.__abstractmethods__)
