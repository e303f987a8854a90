import _circular_a
try:
    from _circular_a import x
except ImportError as e:
    message = str(e).split(" (")[0]
try:
    _circular_a.x
except AttributeError as e:
    attribute = str(e).split(" (")[0]
