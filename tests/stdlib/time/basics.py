import time
t = time.monotonic(); time.sleep(0.01)
print(time.monotonic() > t, time.gmtime(0)[:6], time.strftime("%Y", time.gmtime(0)), time.perf_counter() > 0, time.time() > 1e9, time.mktime(time.localtime(0)), time.asctime(time.gmtime(0)))
