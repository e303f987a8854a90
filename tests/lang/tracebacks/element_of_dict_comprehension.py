import traceback


class Unhashable:
    def __hash__(self):
        raise ValueError("no")


try:
    {Unhashable():
        2 for x in [1]}
except ValueError as e:
    entry = traceback.extract_tb(e.__traceback__)[0]
    print(entry.lineno, entry.end_lineno, entry.colno, entry.end_colno)
