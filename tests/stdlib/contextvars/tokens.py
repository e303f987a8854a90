import contextvars
v = contextvars.ContextVar("v", default=0)
t = v.set(5)
def f():
    v.set(v.get() + 1)
    return v.get()
print(v.get(), contextvars.copy_context().run(f), v.get())
v.reset(t)
print(v.get(), v.name)
try:
    contextvars.ContextVar("w").get()
except LookupError as e:
    print(type(e).__name__)
