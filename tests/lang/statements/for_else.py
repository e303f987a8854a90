for i in range(3):
    if i == 5: break
else:
    print("for else")
for i in []: pass
else: print("empty else")
while i:
    i -= 1
    if i == 1: break
else:
    print("never")
while False: pass
else: print("while else")
for i in range(2): pass
print(i)
