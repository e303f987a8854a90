"""Krait's executed register instructions over CPython's executed bytecodes, program by program.

    python3 run.py --driver DRIVER --cache CACHE --oracle PYTHON3.14 --krait KRAIT [NAMES...]

DRIVER is the folder of the benchmark driver (its `kbench` package finds the programs), CACHE its cache.
Needs Python 3.11 on the side; writes a Markdown table.

Both sides count one iteration of the same program, after at least one other that imports, compiles and
warms up. CPython's bytecodes are counted by INSTRUCTION events of `sys.monitoring`, one for every
instruction that its evaluation loop executes, inline cache entries and EXTENDED_ARG not counted; what
CPython joins to one instruction at compile time (`LOAD_FAST_LOAD_FAST`) counts as one. Krait's are the
total of `-X opcount`: the difference between a run of three iterations and one of two, so that what is
counted is what a run without any tool executes. Hash seeds are fixed.
"""

import argparse
import math
import os
import re
import subprocess
import sys
from pathlib import Path

CORE = """bpe_tokeniser chaos comprehensions coroutines crypto_pyaes deepcopy deltablue fannkuch float
generators go hexiom mdp meteor_contest nbody nqueens pickle_pure_python unpickle_pure_python pyflate
raytrace richards richards_super scimark spectral_norm tomli_loads typing_runtime_protocols
unpack_sequence""".split()


def run(command, case, mode, driver, timeout):
    here = Path(__file__).parent
    paths = os.pathsep.join(str(p) for p in case.import_paths)
    environment = dict(os.environ, PYTHONPATH=paths, PYTHONHASHSEED="0")
    words = [*command, str(here / "count.py"), driver, mode, str(case.script), *case.arguments]
    return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=timeout)


def bytecodes(oracle, case, driver, timeout):
    """CPython's executed instructions of all benchmarks of the case."""
    done = run([oracle], case, "monitor", driver, timeout)
    counts = re.findall(r"^\S+ (\d+)$", done.stdout, re.M)
    if done.returncode or not counts:
        raise RuntimeError(done.stderr.strip().splitlines()[-1:])
    return sum(map(int, counts))


def register_instructions(krait, case, driver, timeout):
    totals = []
    for iterations in "2", "3":
        done = run([krait, "-X", "opcount"], case, iterations, driver, timeout)
        total = re.search(r"^\s*(\d+) instructions$", done.stderr, re.M)
        if done.returncode or not total:
            raise RuntimeError(done.stderr.strip().splitlines()[-1:])
        totals.append(int(total[1]))
    return totals[1] - totals[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    for name in "driver", "cache", "oracle", "krait":
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one run")
    parser.add_argument("names", nargs="*", default=CORE, help="programs (default: the core set)")
    options = parser.parse_args()
    sys.path.insert(0, options.driver)
    from kbench import pyperformance

    ratios = []
    print("| program | CPython | Krait | ratio |\n|---|---|---|---|")
    for case in pyperformance.cases(Path(options.cache)):
        if case.name not in options.names:
            continue
        try:
            theirs = bytecodes(options.oracle, case, options.driver, options.timeout)
            ours = register_instructions(options.krait, case, options.driver, options.timeout)
        except (RuntimeError, subprocess.TimeoutExpired) as failure:
            print(f"| `{case.name}` | | | {failure} |", flush=True)
            continue
        ratios.append(ours / theirs)
        print(f"| `{case.name}` | {theirs:,} | {ours:,} | {ours / theirs:.2f} |", flush=True)
    if ratios:
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        print(f"\nGeometric mean over {len(ratios)} programs: {mean:.2f}")


if __name__ == "__main__":
    main()
