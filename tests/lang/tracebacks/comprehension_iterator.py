"""What an iterator raises in a comprehension is located at the expression that gave it."""

import linecache
import traceback


class Broken:
    def __init__(self, where):
        self.where = where

    def __iter__(self):
        if self.where == "iter":
            raise ValueError
        return self

    def __next__(self):
        raise ValueError


for make in (
    lambda: [x for x in Broken("next")],
    lambda: {x for x in Broken("next")},
    lambda: {x: y for x, y in Broken("next")},
    lambda: [x for y in [1, 2] for x in Broken("next")],
    lambda: [x for x in Broken("iter")],
    lambda: list(x for x in Broken("next")),
):
    try:
        make()
    except ValueError as e:
        for frame in traceback.extract_tb(e.__traceback__):
            line = linecache.getline(frame.filename, frame.lineno)
            print(frame.name, line[frame.colno:frame.end_colno].strip())
