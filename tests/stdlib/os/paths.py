import os.path, pathlib
print(os.path.join("a", "/b", "c"), os.path.split("/a/b"), os.path.splitext("x.tar.gz"), os.path.normpath("a//b/../c"), os.path.basename("/x/y"), os.path.isabs("/a"), os.path.commonpath(["/a/b", "/a/c"]), os.path.relpath("/a/b", "/a/c"), os.sep, os.name)
p = pathlib.PurePosixPath("/a/b/c.txt")
print(p, p.parent, p.name, p.stem, p.suffix, p.parts, p / "d", p.with_suffix(".py"), p.relative_to("/a"), p.match("*.txt"), p.is_absolute())
