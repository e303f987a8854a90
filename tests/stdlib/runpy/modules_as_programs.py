"""Modules of the library as programs: `python -m NAME`."""

import http.client
import os
import re
import subprocess
import sys
import tempfile

folder = tempfile.mkdtemp()
os.chdir(folder)


def run(*words, stdin=None):
    done = subprocess.run(
        [sys.executable, "-m", *words], input=stdin, capture_output=True, text=True, timeout=60
    )
    print(words[0], done.returncode)
    for stream in done.stdout, done.stderr:
        stream = re.sub(r"in \d+\.\d+s", "in TIMEs", stream)
        stream = re.sub(r"best of 5: [0-9.]+ [nu]?m?sec", "best of 5: TIME", stream)
        stream = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "DATE", stream)
        stream = re.sub(r".*UserWarning: The test results are likely unreliable.*\n", "", stream)
        print(stream.replace(sys.executable, "python"), end="")


with open("test_sample.py", "w") as f:
    f.write(
        "import unittest\n"
        "class Sample(unittest.TestCase):\n"
        "    def test_passes(self):\n"
        "        self.assertEqual(1 + 1, 2)\n"
        "    @unittest.skip('later')\n"
        "    def test_skipped(self):\n"
        "        pass\n"
    )
run("timeit", "-n", "10", "1 + 1")
run("json.tool", "--indent", "2", stdin='{"a": [1, null], "b": "\\u00e9"}')
run("json.tool", stdin="{,}")
run("this")
run("unittest", "test_sample")
os.mkdir("package")
with open("package/a.py", "w") as f:
    f.write("x = 1\n")
run("compileall", "package")
print(len(os.listdir("package/__pycache__")))
run("zipfile", "-c", "archive.zip", "test_sample.py")
run("zipfile", "-l", "archive.zip")
run("no_such_module")

server = subprocess.Popen(
    [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"],
    stdout=subprocess.PIPE,
    stderr=subprocess.PIPE,
    text=True,
)
first = server.stdout.readline()
port = int(re.search(r"port (\d+)", first)[1])
print(first.replace(str(port), "PORT"), end="")
connection = http.client.HTTPConnection("127.0.0.1", port)
connection.request("GET", "/test_sample.py")
answer = connection.getresponse()
print(answer.status, answer.getheader("Content-type"), len(answer.read()))
connection.close()
server.kill()
print(re.sub(r"\[.*?\]", "[DATE]", server.stderr.readline()), end="")
server.wait()
