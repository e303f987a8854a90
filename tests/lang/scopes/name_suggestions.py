counter = 1
def f(parameter):
    local_value = 1
    try:
        return local_valeu
    except NameError as e:
        print(e.name)

f(1)
try:
    countr
except NameError as e:
    print(e, e.name)
