class C: pass
c = C()
for i in range(200):
    setattr(c, f"a{i}", i)
print(sum(getattr(c, f"a{i}") for i in range(200)), len(c.__dict__))
for i in range(0, 200, 2):
    delattr(c, f"a{i}")
print(len(vars(c)), c.a199, hasattr(c, "a0"))
