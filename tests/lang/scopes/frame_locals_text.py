# repr and str of the proxy for a frame's locals.
import sys


def f():
    a = 1
    return sys._getframe()


proxy = f().f_locals
print(proxy, repr(proxy), str(proxy))
proxy["me"] = proxy
print(proxy)
