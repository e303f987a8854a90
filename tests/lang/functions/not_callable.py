for value in (1, "s", None, [], 1.5, object):
    try:
        value(1, 2)
    except TypeError as e:
        print(e)
