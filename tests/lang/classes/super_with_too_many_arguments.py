# Calling `super` and calling its `__init__` count in other words.


class Below(super):
    pass


for call in super, Below, super(int).__init__:
    try:
        call(1, 2, 3)
    except TypeError as e:
        print(e)
