# The words are the same before and after the first object was made.
for _ in range(3):
    try:
        enumerate()
    except TypeError as e:
        print(e)
    enumerate([])
