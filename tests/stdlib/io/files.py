import os, tempfile
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "f.txt")
    with open(path, "w", encoding="utf-8", newline="\n") as f:
        print(f.write("héllo\nwörld\n"), f.name == path, f.mode, f.closed)
    with open(path) as f:
        print(f.readline(), f.read(), f.read(), f.seek(0), next(f))
    with open(path, "rb") as f:
        print(f.read(3), f.tell(), f.readinto(bytearray(2)), f.readlines())
    with open(path, "a+") as f:
        f.write("more")
        f.seek(0)
        print(len(f.read()))
    print(os.path.getsize(path), os.listdir(folder), os.path.exists(path + "x"))
    for args in (("missing",), (path, "zz"), (path, "rb", -1, "utf-8"), (folder,), (path, "x")):
        try:
            open(*args) if args[0] != "missing" else open("/nonexistent/file")
        except (OSError, ValueError) as e:
            print(type(e).__name__, str(e).replace(folder, "FOLDER"))
