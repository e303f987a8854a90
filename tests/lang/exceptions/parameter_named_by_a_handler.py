# A parameter that a handler uses as its name has no value afterwards.
def plain(d):
    try:
        raise ValueError
    except Exception as d:
        pass
    return d


def star(d):
    try:
        raise ValueError
    except* Exception as d:
        pass
    return d


def inside(d):
    try:
        try:
            raise ValueError
        except* Exception as d:
            pass
        print(d)
    finally:
        e = 1


for function in plain, star, inside:
    try:
        print(function(1))
    except UnboundLocalError as e:
        print(e)
