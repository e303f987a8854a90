# However many levels up: without a package there is none to go up from.
import warnings

warnings.simplefilter("ignore")
for source in "from . import x", "from .. import x", "from ...a import x":
    for names in {"__name__": "__main__"}, {"__package__": ""}, {"__package__": "json"}:
        try:
            exec(source, dict(names))
        except ImportError as e:
            print(source, str(e).partition(" (")[0])
