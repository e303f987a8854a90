def handlers(f):
    try:
        x = f()
    except ValueError as e:
        return e
    except (KeyError, OSError):
        raise
    else:
        x = 1
    finally:
        g()
    return x


def groups(f):
    try:
        f()
    except* ValueError as eg:
        print(eg)


def managed(a):
    for x in a:
        with x as y:
            if y:
                continue
            return y
