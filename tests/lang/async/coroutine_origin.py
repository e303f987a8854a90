import sys
async def f(): pass
def g(): return f()
print(sys.get_coroutine_origin_tracking_depth())
for depth in 0, 1, 2, 50:
    sys.set_coroutine_origin_tracking_depth(depth)
    c = g()
    print(c.cr_origin and [entry[1:] for entry in c.cr_origin])
    c.close()
class NotAwaitable: pass
async def h(): await NotAwaitable()
try:
    h().send(None)
except TypeError as e:
    print(e)
