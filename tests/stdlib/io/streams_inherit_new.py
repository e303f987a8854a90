# Streams are made by object.__new__ and filled by __init__, so subclasses can be pickled.
import io
import pickle

for t in io.BufferedReader, io.BufferedWriter, io.BufferedRandom, io.BufferedRWPair, io.TextIOWrapper, io.IncrementalNewlineDecoder:
    print(t.__name__, '__new__' in vars(t), t.__new__ is object.__new__)
    s = object.__new__(t)
    print(type(s) is t)


class Tagged(io.BufferedReader):
    def __init__(self, raw, tag):
        super().__init__(raw)
        self.tag = tag

    def __getstate__(self):
        return self.tag, self.raw.getvalue()

    def __setstate__(self, state):
        tag, value = state
        self.__init__(io.BytesIO(value), tag)


b = Tagged(io.BytesIO(b'data'), 'ham')
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    c = pickle.loads(pickle.dumps(b, protocol))
    print(protocol, c.tag, c.read())

try:
    object.__new__(io.BytesIO)
except TypeError as e:
    print(e)

t = io.TextIOWrapper(io.BytesIO())
for value in 'x', 2 ** 1000, 0, 5, None:
    try:
        t.reconfigure(line_buffering=value)
        print(t.line_buffering)
    except (TypeError, OverflowError) as e:
        print(type(e).__name__, e)
