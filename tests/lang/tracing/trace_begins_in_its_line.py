# Tracing that begins in a call sees the rest of that instruction.
import pdb
import sys

seen = []


def trace(frame, event, arg):
    seen.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
    return trace


def begin(level):
    frame = sys._getframe(level)
    frame.f_trace = trace
    frame.f_trace_opcodes = True
    sys.settrace(trace)


def f():
    begin(1)
    x = 1
    sys.settrace(None)
    return x


def g():
    begin(2)


def h():
    g()
    sys.settrace(None)


f()
print(seen[0], [e for e in seen if e[0] == "line"])
seen.clear()
h()
print(seen[0], [e for e in seen if e[0] == "line"])


class Debugger(pdb.Pdb):
    def user_line(self, frame):
        print("stopped at", frame.f_lineno - frame.f_code.co_firstlineno)
        self.set_continue()

    user_opcode = user_line


def debugged():
    Debugger(nosigint=True, readrc=False).set_trace()
    return 1


debugged()
