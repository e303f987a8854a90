import sys, tempfile, zipfile, os
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "a.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("zipped.py", "value = 42\n"); z.writestr("pkg/__init__.py", "from . import m"); z.writestr("pkg/m.py", "name = __name__")
    sys.path.insert(0, path)
    import zipped, pkg
    print(zipped.value, pkg.m.name, zipped.__file__.replace(folder, "FOLDER"))
