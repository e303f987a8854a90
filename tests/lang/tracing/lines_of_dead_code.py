# Code that is never reached has no lines.
import sys


def f(command):
    match command:
        case 1:
            if False:
                return 1
        case _:
            if False:
                return 0


def g(x):
    while True:
        if x:
            if False:
                break
        else:
            if 0:
                continue
        break


def trace(frame, event, arg):
    if event == "line":
        print(frame.f_lineno - frame.f_code.co_firstlineno, end=" ")
    return trace


for function, argument in [(f, 1), (f, 0), (g, 0), (g, 1)]:
    sys.settrace(trace)
    function(argument)
    sys.settrace(None)
    print()
