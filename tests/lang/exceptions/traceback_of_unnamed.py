# The traceback of an exception that the clause gives no name, asked for in other ways.
import sys


def show(tb):
    while tb is not None:
        frame = tb.tb_frame
        print("  ", frame.f_code.co_name, tb.tb_lineno - frame.f_code.co_firstlineno,
              sorted(n for n in frame.f_locals if n != "tb"))
        tb = tb.tb_next


def chain(frame):
    names = []
    while frame is not None and frame.f_code.co_name != "<module>":
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names


def inner(key):
    table = {}
    return table[key]


def middle(key):
    twice = key * 2
    return inner(twice)


def by_sys_exception():
    before = 1
    try:
        middle("a")
    except KeyError:
        show(sys.exception().__traceback__)


def by_exc_info():
    try:
        middle("b")
    except KeyError:
        kind, value, tb = sys.exc_info()
        print(kind.__name__, value, value.__traceback__ is tb)
        show(tb)
        print(chain(tb.tb_next.tb_next.tb_frame))


def by_callee():
    def look():
        show(sys.exception().__traceback__)
    try:
        middle("c")
    except KeyError:
        look()


def by_context():
    try:
        try:
            middle("d")
        except KeyError:
            raise ValueError("second")
    except ValueError as e:
        show(e.__traceback__)
        show(e.__context__.__traceback__)


def by_failing_callee():
    def fail():
        [][1]
    try:
        try:
            middle("e")
        except KeyError:
            fail()
    except IndexError as e:
        show(e.__traceback__)
        show(e.__context__.__traceback__)


def by_name_after_other_clauses():
    try:
        middle("f")
    except IndexError:
        print("no")
    except KeyError as e:
        show(e.__traceback__)


def by_with():
    class Manager:
        def __enter__(self):
            pass

        def __exit__(self, kind, value, tb):
            show(tb)
            return True

    with Manager():
        middle("g")


def by_finally():
    try:
        try:
            middle("h")
        finally:
            show(sys.exception().__traceback__)
    except KeyError:
        show(sys.exception().__traceback__)


def after_the_end():
    def caught():
        local = "kept"
        try:
            middle("i")
        except KeyError:
            return sys.exception()
    e = caught()
    show(e.__traceback__)
    frame = e.__traceback__.tb_frame
    print(frame.f_locals["local"], chain(frame))
    print(chain(e.__traceback__.tb_next.tb_next.tb_frame))
    print(e.__traceback__.tb_next.tb_next.tb_frame.f_locals)


for f in [by_sys_exception, by_exc_info, by_callee, by_context, by_failing_callee,
          by_name_after_other_clauses, by_with, by_finally, after_the_end]:
    print(f.__name__)
    f()
