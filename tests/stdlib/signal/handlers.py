import signal, os
def handler(number, frame): print("signal", signal.Signals(number).name, frame is not None)
signal.signal(signal.SIGUSR1, handler)
os.kill(os.getpid(), signal.SIGUSR1)
for _ in range(1000): pass
print(signal.getsignal(signal.SIGUSR1) is handler)
def alarm(n, f): raise TimeoutError("alarm")
signal.signal(signal.SIGALRM, alarm)
signal.setitimer(signal.ITIMER_REAL, 0.02)
try:
    while True: pass
except TimeoutError as e:
    print(e)
