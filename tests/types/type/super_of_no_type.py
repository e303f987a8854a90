# Called and initialised, `super` complains in different words.
class Derived(super):
    pass


for call in super, lambda v: super(v, 1), lambda v: super(int, 1).__init__(v), super(int).__init__, Derived:
    try:
        call(5)
    except TypeError as e:
        print(e)
