# Options of the command, and standard streams that are closed.
import os
import subprocess
import sys


def run(*args, env=None, **kwargs):
    environment = dict(os.environ, **(env or {}))
    r = subprocess.run([sys.executable, *args], capture_output=True, env=environment, **kwargs)
    return r.returncode, r.stdout, r.stderr


CPUS = 'import os; print(os.cpu_count(), os.process_cpu_count())'
print(run('-X', 'cpu_count=4321', '-c', CPUS))
print(run('-c', CPUS, env={'PYTHON_CPU_COUNT': '1234'}))
print(run('-X', 'cpu_count=0', '-c', CPUS))

RANDOM = 'import sys; print(sys.flags.hash_randomization)'
print(run('-c', RANDOM, env={'PYTHONHASHSEED': '0'}))
print(run('-R', '-c', RANDOM, env={'PYTHONHASHSEED': '0'}))
print(run('-dd', '-c', 'import sys; print(sys.flags.debug)')[1])

print(run('-c', '''
    data = """

    kept   """
    if 1:
        print(repr(data))
'''))
print(run(b'-c', b'x = "\xff\xfe"'))
print(run('-v', '-c', 'pass')[0])

lines = run('-X', 'importtime', '-c', 'import colorsys')[2].decode().splitlines()
print(lines[0])
print([line.split('|')[-1] for line in lines if 'colorsys' in line])

STREAMS = 'import os, sys; os._exit(sum(n for n, s in ((1, sys.stdin), (2, sys.stdout), (4, sys.stderr)) if s is None))'
for closed in (0,), (1,), (2,), (0, 1, 2):
    print(closed, run('-c', STREAMS, preexec_fn=lambda: [os.close(fd) for fd in closed])[0])
