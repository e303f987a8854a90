# The loader of a module is asked for its source by the name of the spec; one that has none is fine.
import _warnings
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
warnings.simplefilter("always", UserWarning)
warnings._showwarnmsg = lambda m: print("shown", m.message, repr(m.line))


class Loader:
    def __init__(self, error=None):
        self.error = error

    def get_source(self, name):
        print("asked for", name)
        if self.error:
            raise self.error
        return "one\ntwo\n"


class Spec:
    def __init__(self, name, loader):
        self.name = name
        self.loader = loader


def check(**names):
    try:
        _warnings.warn_explicit("eggs", UserWarning, "bar", 1, module_globals=names)
    except Exception as e:
        print(type(e).__name__, e)


loader = Loader()
check(__name__="x", __loader__=loader, __spec__=None)
check(__name__="__main__", __loader__=loader, __spec__=None)
check(__name__="__main__", __loader__=loader, __spec__=Spec("spam", loader))
check(__name__="x", __loader__=loader, __spec__=Spec(None, loader))
check(__loader__=loader, __spec__=Spec("spam", loader))
for error in ImportError("a"), ModuleNotFoundError("b"), ValueError("c"):
    check(__name__="x", __loader__=Loader(error), __spec__=None)
