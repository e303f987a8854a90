"""Records what a benchmark module asks of `re` and times the reference implementation on it.

    python3.14 record_workload.py bm_regex_v8.py > v8.txt

The output is the input of `cargo run --release -p krait-sre --example workload -- v8.txt`:

    P flags groups code          a pattern
    S kind subject               a subject (s: text, b: bytes; hexadecimal)
    O pattern subject kind count repeats
                                 an operation: kind once or all, at most count matches (0: all)
    T seconds                    what the reference implementation takes for all operations
"""

import importlib.util
import re
import sys
import time
import types
from re import _compiler, _parser

METHODS = {"search": "once", "match": "once", "fullmatch": "once",
           "sub": "all", "split": "all", "findall": "all"}


class Recorder:
    def __init__(self):
        self.calls = {}

    def note(self, pattern, method, args, kwargs):
        key = (pattern, method, args, tuple(sorted(kwargs.items())))
        self.calls[key] = self.calls.get(key, 0) + 1
        return getattr(pattern, method)(*args, **kwargs)


class Recorded:
    def __init__(self, pattern, recorder):
        self.pattern, self.recorder = pattern, recorder

    def __getattr__(self, method):
        if method not in METHODS:
            return getattr(self.pattern, method)
        return lambda *args, **kw: self.recorder.note(self.pattern, method, args, kw)


def fake_re(recorder):
    module = types.SimpleNamespace(**{k: getattr(re, k) for k in dir(re) if not k.startswith("_")})
    plain = lambda p: p.pattern if isinstance(p, Recorded) else re.compile(p)
    module.compile = lambda *args: Recorded(re.compile(*args), recorder)
    for name in METHODS:
        call = lambda p, *args, _name=name, **kw: recorder.note(plain(p), _name, args, kw)
        setattr(module, name, call)
    return module


def load(path):
    recorder = Recorder()
    stub = types.ModuleType("pyperf")
    stub.perf_counter = time.perf_counter
    sys.modules["pyperf"] = stub
    sys.modules["re"] = fake_re(recorder)
    spec = importlib.util.spec_from_file_location("bm", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if hasattr(module, "bench_regex_dna"):
        module.bench_regex_dna(1, module.init_benchmarks(100000, 42), None)
    elif hasattr(module, "bench_regex_effbot"):
        module.bench_regex_effbot(1)
    else:
        module.bench_regex_v8(1)
    sys.modules["re"] = re
    return recorder.calls


def replay(calls):
    bound = [(getattr(p, m), a, dict(k), n) for (p, m, a, k), n in calls.items()]
    start = time.perf_counter()
    for call, args, kwargs, repeats in bound:
        if kwargs:
            for _ in range(repeats):
                call(*args, **kwargs)
        else:
            for _ in range(repeats):
                call(*args)
    return time.perf_counter() - start


def main():
    calls = load(sys.argv[1])
    patterns, subjects = {}, {}
    for (pattern, method, args, kwargs), repeats in calls.items():
        subject = args[1] if method == "sub" else args[0]
        if pattern not in patterns:
            patterns[pattern] = len(patterns)
            tree = _parser.parse(pattern.pattern, pattern.flags)
            code = _compiler._code(tree, pattern.flags)
            words = ",".join("%x" % w for w in code)
            print("P", int(pattern.flags), pattern.groups, words)
        if subject not in subjects:
            subjects[subject] = len(subjects)
            text = isinstance(subject, str)
            data = subject.encode("utf-8", "surrogatepass") if text else subject
            print("S", "s" if text else "b", data.hex() or ".")
        count = dict(kwargs).get("count", 0)
        print("O", patterns[pattern], subjects[subject], METHODS[method], count, repeats)
    print("T", min(replay(calls) for _ in range(5)))


if __name__ == "__main__":
    main()
