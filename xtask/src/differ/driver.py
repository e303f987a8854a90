"""Runs generated programs, one after the other, and writes what each of them did.

usage: driver.py PRELUDE

Standard input has a JSON line for each program: `[number, [[kind, text], ...]]`. A program is a list of
chunks that share one namespace, in which PRELUDE was executed. Kind `e` is an expression whose
value is shown, `x` is statements, `t` statements whose exception is shown as a whole traceback.
The answer is a line for each program too: `[number, [text, ...]]`, written before the next program
begins, so that a crash or hang belongs to the first program without an answer. A text begins with
`=` (a value), `.` (done) or `!` (an exception); what the chunk printed follows, and then the answer.

The same file runs under Krait and under CPython; it must not depend on anything that may differ.
"""

import io
import itertools
import json
import linecache
import re
import signal
import sys
import traceback
import types
import warnings

ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b|(?<=at )0x[0-9a-f]+")
LONGEST = 4000
SECONDS = 5
FILE = "<program>"


class TimeUp(BaseException):
    pass


def time_up(number, frame):
    raise TimeUp


def tidy(text):
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}... {len(text)} characters"
    text = ADDRESS.sub("0x...", text)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def show(value, depth=0):
    """`repr` with the type's name, the items of sets in a fixed order, iterators with what they give."""
    kind = type(value)
    if depth > 8:
        return f"{kind.__name__}..."
    for base in set, frozenset:
        if issubclass(kind, base) and kind.__repr__ is base.__repr__:
            items = sorted(show(v, depth + 1) for v in base.__iter__(value))
            return kind.__name__ + "{" + ", ".join(items) + "}"
    if kind in (list, tuple):
        return kind.__name__ + "[" + ", ".join(show(v, depth + 1) for v in value[:300]) + "]"
    if kind is dict or kind is types.MappingProxyType:
        items = itertools.islice(value.items(), 300)
        return kind.__name__ + "{" + ", ".join(f"{show(k, depth + 1)}: {show(v, depth + 1)}" for k, v in items) + "}"
    if kind is str or kind is int or kind is float or kind is bool or value is None:
        return f"{kind.__name__} {value!r}"
    if "__next__" in dir(kind) and kind.__module__ in ("builtins", "itertools"):
        return f"{kind.__name__}<{', '.join(show(v, depth + 1) for v in itertools.islice(value, 30))}>"
    return f"{kind.__name__} {value!r}"


def own_frames(error):
    """Takes the driver's frames off the beginning of a traceback."""
    entry = error.__traceback__
    while entry is not None and entry.tb_frame.f_code.co_filename == __file__:
        entry = entry.tb_next
    return error.with_traceback(entry)


def describe(error, whole):
    if isinstance(error, TimeUp):
        return "! time up"
    if whole:
        text = "".join(traceback.format_exception(own_frames(error)))
        return "! " + text
    kind = type(error)
    text = f"! {kind.__name__}: {error}"
    if notes := getattr(error, "__notes__", None):
        text += f" notes {notes!r}"
    for relation in ("__cause__", "__context__"):
        other = getattr(error, relation)
        if other is not None:
            text += f" {relation} {type(other).__name__}: {other}"
    return text


def run_chunk(kind, text, namespace):
    try:
        code = compile(text, FILE, "eval" if kind == "e" else "exec", dont_inherit=True)
        if kind == "e":
            return "= " + show(eval(code, namespace))
        exec(code, namespace)
        return "."
    except BaseException as error:
        try:
            return describe(error, kind == "t")
        except TimeUp:
            return "! time up"
        except BaseException as other:
            return f"! {type(error).__name__} whose text raises {type(other).__name__}: {other}"


def run_program(chunks, prelude):
    """What each chunk gave, after what it printed."""
    # Warnings of coroutines that are gone come when the collector finds them, and make the registry.
    namespace = {"__name__": "__main__", "__builtins__": __builtins__, "__warningregistry__": {}}
    exec(prelude, namespace)
    answers = []
    for kind, text in chunks:
        output = sys.stdout = sys.stderr = io.StringIO()
        linecache.cache[FILE] = (len(text), None, text.splitlines(True), FILE)
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            answer = run_chunk(kind, text, namespace)
            signal.setitimer(signal.ITIMER_REAL, 0)
        except TimeUp:
            answer = "! time up"
        answers.append(answer[0] + tidy(output.getvalue() + answer))
        if answer == "! time up":
            break
    return answers


def main():
    prelude_path = sys.argv[1]
    signal.signal(signal.SIGALRM, time_up)
    sys.unraisablehook = lambda report: None
    answers = sys.stdout
    errors = sys.stderr
    with open(prelude_path, encoding="utf-8") as file:
        prelude = compile(file.read(), "<prelude>", "exec")
    programs, sys.stdin = sys.stdin, io.StringIO()
    for line in iter(programs.readline, ""):
        number, chunks = json.loads(line)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.filterwarnings("ignore", message=".* was never awaited")
            warnings.filterwarnings("ignore", category=ResourceWarning)
            texts = run_program(chunks, prelude)
        answers.write(json.dumps([number, texts]) + "\n")
        answers.flush()
    sys.stdout = answers
    sys.stderr = errors


main()
