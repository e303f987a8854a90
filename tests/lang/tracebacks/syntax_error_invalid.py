# exit: 1
print("never")
x = 5 5
