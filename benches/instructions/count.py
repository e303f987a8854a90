"""Runs one benchmark of pyperformance so that the instructions of one iteration can be counted.

    count.py DRIVER MODE SCRIPT [ARGUMENTS...]

DRIVER is the folder of the benchmark driver, whose stand-in for `pyperf` is used. MODE is

- a number: every benchmark of the script runs that many iterations and no more. An interpreter that
  counts what a whole process executes is asked for two numbers; their difference is one iteration,
- `monitor`: the instructions of the second iteration are counted by `sys.monitoring`'s INSTRUCTION
  events (PEP 669) and printed, a line `NAME COUNT` for every benchmark. The first iteration is left
  out: it imports, compiles and fills caches.
"""

import runpy
import sys

driver, mode, script = sys.argv[1:4]
sys.path.insert(0, driver)
import pyperf  # noqa: E402

TOOL = 3


def monitored(run):
    """The number of instructions that `run()` executes in this thread and others."""
    events = sys.monitoring.events
    count = 0

    def instruction(code, offset):
        nonlocal count
        count += 1

    sys.monitoring.use_tool_id(TOOL, "count")
    sys.monitoring.register_callback(TOOL, events.INSTRUCTION, instruction)
    sys.monitoring.set_events(TOOL, events.INSTRUCTION)
    try:
        run()
    finally:
        sys.monitoring.set_events(TOOL, 0)
        sys.monitoring.free_tool_id(TOOL)
    return count


def measure(time_func):
    if mode == "monitor":
        time_func(1)
        return monitored(lambda: time_func(1))
    for _ in range(int(mode)):
        time_func(1)
    return 0


def report(name, count, inner_loops, metadata):
    if mode == "monitor":
        print(name, count)


pyperf.measure = measure
pyperf.report = report
sys.argv[:] = [script, *sys.argv[4:]]
runpy.run_path(script, run_name="__main__")
