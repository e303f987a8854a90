# An `__lt__` that declines is asked again by the whole comparison if all keys have its class.
class Declines:
    def __lt__(self, other):
        print("asked", type(self).__name__)
        return NotImplemented


class Answers(Declines):
    def __gt__(self, other):
        return True


class Other(Declines):
    pass


one, two = Answers(), Answers()
print(sorted([one, two]) == [two, one])
for keys in [Declines(), Declines()], [Declines(), Other()]:
    try:
        sorted(keys)
    except TypeError as e:
        print(e)
