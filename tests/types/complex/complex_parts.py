# A complex number as one of two parts is deprecated, also when `__complex__` gives it.
import warnings

warnings.simplefilter("always")


class Number:
    def __complex__(self):
        return complex(4.25, -0.0)


def attempt(*args):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        print(complex(*args), [str(w.message) for w in caught])


attempt(4 + 1j, 2)
attempt(1, 2j)
attempt(1j, 2j)
attempt(Number(), 0)
attempt(Number(), -0.0)
z = complex(float("nan"), 1)
print(complex.from_number(z) is z)
