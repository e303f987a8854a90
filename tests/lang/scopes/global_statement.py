count = 0
def inc():
    global count, created
    count += 1
    created = "yes"

inc(); inc()
print(count, created)
def remove():
    global created
    del created
remove()
try:
    created
except NameError as e:
    print(e)
