# The message quotes a specification as it is.
for value in 1, 1.5, "a", 1j:
    try:
        format(value, "\ud800q5")
    except ValueError as e:
        print(ascii(str(e)))
