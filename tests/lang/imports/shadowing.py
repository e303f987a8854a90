# A program's own module that hides one of the library: the errors say so.
import os, subprocess, sys, tempfile
programs = {
    "attribute": "import fractions\nfractions.Fraction",
    "name": "from fractions import Fraction",
}
with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "fractions.py"), "w") as f:
        f.write("x = 1")
    for name, text in programs.items():
        path = os.path.join(folder, name + ".py")
        with open(path, "w") as f:
            f.write(text)
        r = subprocess.run([sys.executable, path], capture_output=True, text=True)
        print(r.stderr.splitlines()[-1].replace(folder, "FOLDER"))
