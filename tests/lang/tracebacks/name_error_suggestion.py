# exit: 1
def f():
    value_of_interest = 1
    print(value_of_intrest)

f()
