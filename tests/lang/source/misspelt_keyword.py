# A misspelt keyword is named where a syntax error is shown.
import sys

sys.stderr = sys.stdout
for source in (
    "fur a in b:\n  pass",
    "for a in b:\n  pass\nelso:\n  pass",
    "impor math",
    "def foo():\n  returm result",
    "[123 fur x\nin range(3)\nif x]",
    "x = 1 2",
):
    try:
        compile(source, "file", "exec")
    except SyntaxError as e:
        sys.excepthook(type(e), e.with_traceback(None), None)
