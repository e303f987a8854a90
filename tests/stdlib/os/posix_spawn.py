import os
import signal
import sys

ENV = {"A": "b"}


def spawn(*args, function=os.posix_spawn, **kwargs):
    try:
        pid = function(*args, **kwargs)
    except (OSError, TypeError, ValueError, OverflowError) as e:
        print(type(e).__name__, e)
    else:
        print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def shell(script, **kwargs):
    sys.stdout.flush()
    spawn("/bin/sh", ["sh", "-c", script], ENV, **kwargs)


shell("echo $A; exit 3")
shell("echo hidden", file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
shell("echo moved >&5", file_actions=[(os.POSIX_SPAWN_DUP2, 1, 5)])
shell("echo closed 2>/dev/null", file_actions=[(os.POSIX_SPAWN_CLOSE, 1)])
shell("kill -TERM $$; echo survived", setsigmask=[signal.SIGTERM])
shell("exit 0", setsid=True, resetids=True, setsigdef=[signal.SIGINT])
spawn("sh", ["sh", "-c", "exit 4"], os.environ, function=os.posix_spawnp)
spawn("/bin/sh", ["sh", "-c", "exit 5"], None)
spawn("/nonexistent", ["x"], ENV)
spawn("nonexistent-program", ["x"], ENV, function=os.posix_spawnp)
spawn("/bin/sh", [], ENV)
spawn("/bin/sh", "sh", ENV)
spawn("/bin/sh", [""], ENV)
spawn("/bin/sh", ["sh"], 4)
spawn("/bin/sh", ["sh"], {"a=b": "c"})
for actions in (4, [4], [()], [(99,)], [("x",)], [(os.POSIX_SPAWN_OPEN,)], [(os.POSIX_SPAWN_CLOSE,)],
                [(os.POSIX_SPAWN_CLOSE, "x")], [(os.POSIX_SPAWN_DUP2, 1)], [(os.POSIX_SPAWN_DUP2, 1, -5)]):
    spawn("/bin/sh", ["sh"], ENV, file_actions=actions)
spawn("/bin/sh", ["sh"], ENV, setpgroup="x")
spawn("/bin/sh", ["sh"], ENV, setsigmask=[999])
spawn("/bin/sh", ["sh"], ENV, setsigdef=4)
spawn("/bin/sh", ["sh"], ENV, scheduler=4)
spawn("/bin/sh", ["sh"], ENV, scheduler=(1,))
spawn("/bin/sh")
