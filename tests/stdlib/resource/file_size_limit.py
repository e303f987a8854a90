# A file that grows beyond its limit is an error of the write, not the end of the process.
import os
import resource
import tempfile

with tempfile.TemporaryFile(buffering=0) as f:
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    print(f.write(b"a" * 1024))
    try:
        f.write(b"Y")
    except OSError as e:
        print(type(e).__name__, os.strerror(e.errno))
