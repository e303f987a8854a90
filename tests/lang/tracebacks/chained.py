# exit: 1
def load():
    try:
        {}["key"]
    except KeyError as error:
        raise ValueError("wrapped") from error

try:
    load()
except ValueError:
    raise RuntimeError("while handling")
