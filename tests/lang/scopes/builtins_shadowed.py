def f():
    len = lambda x: "shadow"
    return len([])

print(f(), len([]))
len = lambda x: "global"
print(len([]))
del len
print(len([]))
