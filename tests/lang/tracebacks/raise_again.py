# A bare raise adds no entry to the traceback; a naked exception that except* wraps gets one.
def lines(function):
    try:
        function()
    except BaseException as e:
        return entries(e)


def entries(e):
    found, tb = [], e.__traceback__
    while tb:
        found.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        tb = tb.tb_next
    if isinstance(e, BaseExceptionGroup):
        found.append([repr(e)] + [entries(x) for x in e.exceptions])
    return found


def plain():
    try:
        raise ValueError
    except ValueError:
        raise


def named():
    try:
        raise ValueError
    except ValueError as e:
        raise


def explicit():
    try:
        raise ValueError
    except ValueError as e:
        raise e


def elsewhere():
    def inner():
        raise

    try:
        raise ValueError
    except ValueError:
        inner()


def nothing():
    raise


def group():
    try:
        raise ExceptionGroup("g", [TypeError(1), ValueError(2)])
    except* TypeError:
        raise


def part():
    try:
        raise ExceptionGroup("g", [TypeError(1), ValueError(2)])
    except* TypeError as e:
        e.add_note("note")


def naked():
    try:
        raise ValueError(42)
    except* ValueError:
        raise


for function in (plain, named, explicit, elsewhere, nothing, group, part, naked):
    print(function.__name__, lines(function))
