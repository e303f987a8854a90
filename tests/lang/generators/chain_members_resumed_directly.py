# A generator in the middle of a chain of `yield from`, or at its end, is resumed by others than the
# one that delegates to it.


def leaf(name, n):
    for i in range(n):
        got = yield f"{name}{i}"
        if got is not None:
            print("   ", name, "got", got)
    return name.upper()


def passing(inner, label):
    r = yield from inner
    print("   ", label, "ends with", r)
    yield label + "!"
    return label + "?"


def chain(n):
    made = [leaf("x", n)]
    for i in range(4):
        made.append(passing(made[-1], f"p{i}"))
    return made


for direct in range(5):
    print("direct", direct)
    made = chain(6)
    root = made[-1]
    print(next(root), next(root))
    print(next(made[direct]))
    print(next(root), root.send("hello"))
    print(made[direct].send("direct"))
    print(list(root))
    print([list(g) for g in made])

print("finished in the middle")
made = chain(3)
root = made[-1]
print(next(root), list(made[1]), list(root))

print("closed in the middle")
made = chain(3)
root = made[-1]
print(next(root), next(root))
made[2].close()
print([g.gi_frame is None for g in made])
print(list(root))

print("innermost closed")
made = chain(3)
root = made[-1]
print(next(root), next(root))
made[0].close()
print(list(root))

print("one delegate of two")
shared = leaf("s", 8)
middle = passing(shared, "m")
a, b = passing(middle, "a"), passing(passing(middle, "bb"), "b")
print(next(a), next(b), next(a), next(a), next(b), next(shared), next(middle), next(a), next(b))
for g in a, b, middle, shared, b, a:
    print(next(g, "end"))

print("a root that gets a delegator")
made = chain(6)
root = made[-1]
print(next(root), next(root))
outer = passing(root, "outer")
print(next(outer), next(root), next(outer), list(outer))
