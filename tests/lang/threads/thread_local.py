import threading
local = threading.local()
local.x = "main"
def work():
    print(hasattr(local, "x"))
    local.x = "thread"
t = threading.Thread(target=work)
t.start(); t.join()
print(local.x)
