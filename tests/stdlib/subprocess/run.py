import subprocess, sys
r = subprocess.run([sys.executable, "-c", "import sys; print(sys.stdin.read().upper()); sys.exit(3)"], input="hello", text=True, capture_output=True)
print(r.returncode, r.stdout, r.stderr)
