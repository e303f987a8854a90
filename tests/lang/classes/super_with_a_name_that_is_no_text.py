# A name that is no text: a bound `super` looks it up in the classes first.


class Bound:
    def get(self):
        return super()


for of in Bound().get(), super(Bound):
    for name in 1.5, [], {}:
        try:
            super.__getattribute__(of, name)
        except TypeError as e:
            print(e)
