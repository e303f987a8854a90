# Raising again what no clause named: the traceback has each frame once, with the line of the first raise.
import sys


def show(e):
    tb = e.__traceback__
    while tb is not None:
        frame = tb.tb_frame
        print("  ", frame.f_code.co_name, tb.tb_lineno - frame.f_code.co_firstlineno)
        tb = tb.tb_next


def fail():
    {}["missing"]


def no_clause_matches():
    try:
        fail()
    except IndexError:
        print("no")


def bare():
    try:
        fail()
    except KeyError:
        x = 1
        raise


def bare_in_callee():
    def again():
        raise
    try:
        fail()
    except KeyError:
        again()


def cleanup():
    try:
        fail()
    finally:
        x = 1
        y = 2


def cleanups():
    try:
        try:
            try:
                fail()
            finally:
                x = 1
        except IndexError:
            x = 2
    finally:
        x = 3


def twice():
    try:
        try:
            fail()
        except KeyError:
            raise
    except KeyError:
        y = 1
        raise


def manager():
    class Manager:
        def __enter__(self):
            pass

        def __exit__(self, *args):
            return False
    with Manager():
        fail()


def handled_while_handling():
    try:
        fail()
    except KeyError:
        try:
            [][0]
        except IndexError:
            pass
        raise


def generator():
    def numbers():
        try:
            yield 1
            fail()
        finally:
            x = 1
    for n in numbers():
        pass


def yields_while_handling():
    def numbers():
        try:
            fail()
        except KeyError:
            yield 1
            show(sys.exception())
            raise
    for n in numbers():
        pass


def comprehension():
    return [fail() for _ in range(3)]


def stored():
    try:
        raise saved
    except KeyError:
        raise


try:
    fail()
except KeyError as e:
    saved = e

for f in [no_clause_matches, bare, bare_in_callee, cleanup, cleanups, twice, manager,
          handled_while_handling, generator, yields_while_handling, comprehension, stored]:
    print(f.__name__)
    try:
        f()
    except KeyError as e:
        show(e)
        if f in (no_clause_matches, bare, bare_in_callee, cleanup, cleanups, twice):
            frame = e.__traceback__.tb_next.tb_frame
            print("   ended at", frame.f_lineno - frame.f_code.co_firstlineno)
