# warn_explicit() shows the line that the loader of a module tells.
import importlib.machinery
import sys
import _warnings
import warnings

sys.stderr = sys.stdout
source = "a\nb  \n c"


class Loader:
    def get_source(self, name):
        return source


loader = Loader()
namespace = {
    "__loader__": loader,
    "__name__": "foo",
    "__spec__": importlib.machinery.ModuleSpec("foo", loader),
}
for n in (1, 2, 3, 4, 0, -1, -3):
    _warnings.warn_explicit("x%d" % n, UserWarning, "absent", n, module_globals=namespace)
for source in (3, b"ab", None, ""):
    try:
        _warnings.warn_explicit("y%a" % (source,), UserWarning, "absent", 1, module_globals=namespace)
    except TypeError as e:
        print(e)
