# None is named as such where super is initialised, and by its type where it is called.
bound = super(int)
for value in None, 5:
    for f in lambda: super(value), lambda: bound.__init__(value), lambda: bound.__init__(value, 1):
        try:
            f()
        except TypeError as e:
            print(e)
