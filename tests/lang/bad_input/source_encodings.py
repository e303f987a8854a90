"""Source files that do not decode: as a script, and as a module."""

import os
import subprocess
import sys
import tempfile

SOURCES = {
    "declared utf-8": b'# coding: utf-8\nx=1\ny="ab\xe4"\n',
    "invalid start": b'# coding: utf-8\nx=1\n\nyyyy="ab\xff"\n',
    "undeclared": b'x=1\n\ny="ab\xe4"\n',
    "with a mark": b'\xef\xbb\xbfx=1\ny="ab\xe4"\n',
    "mark and cookie": b'\xef\xbb\xbf# coding: latin-1\nx=1\n',
    "utf8 codec": b'# coding: utf8\nx=1\ny="ab\xe4"\n',
    "ascii": b'#!x\n# coding: ascii\nx=1\ny="ab\xe4"\n',
    "cp1252": b'# coding: cp1252\nx=1\ny="ab\x81"\n',
    "unknown": b"# coding: latin-9x\nx=1\n",
    "latin-1": b'# coding: latin-1\nx="\xe4"\nprint(ascii(x))\n',
    "null byte": b"x=1\0\n",
    "null byte before": b'x=1\0"\xff"\n',
    "null byte behind": b'x="\xff\0"\n',
    "null byte below": b'x="\xff"\n"\0"\n',
    "utf-16": b"\xff\xfex\x00=\x001\x00\n\x00",
}

SCRIPTS = ("declared utf-8", "undeclared", "ascii", "null byte behind")


def run(*args):
    done = subprocess.run(
        [sys.executable, *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder
    )
    text = done.stdout.decode("utf-8", "replace").replace(folder, "FOLDER")
    print(done.returncode, text, end="")


with tempfile.TemporaryDirectory() as folder:
    folder = os.path.realpath(folder)
    sys.path.insert(0, folder)
    for number, (name, source) in enumerate(SOURCES.items()):
        print("---", name)
        with open(os.path.join(folder, f"m{number}.py"), "wb") as f:
            f.write(source)
        try:
            __import__(f"m{number}")
        except SyntaxError as e:
            print(e.msg, e.lineno, e.offset, ascii(e.text))
        if name in SCRIPTS:
            run(f"m{number}.py")
