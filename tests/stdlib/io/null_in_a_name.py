# Names of files and of sources with a null in them.
import io


class Path:
    def __init__(self, name):
        self.name = name

    def __fspath__(self):
        return self.name


for name in "a\0b", b"a\0b":
    for path in name, Path(name):
        for function in open, io.FileIO, lambda p: compile("1", p, "eval"):
            try:
                function(path)
            except ValueError as e:
                print(e)
