import cmath


def attempt(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


print(cmath.pi, cmath.e, cmath.tau, cmath.inf, cmath.nan, cmath.infj, cmath.nanj)
attempt(cmath.log, 8, 2)
attempt(cmath.log, 1, 1)
attempt(cmath.log, 0)
attempt(cmath.log10, 0)
attempt(cmath.atanh, 1)
attempt(cmath.exp, 1000)
attempt(cmath.cosh, 800 + 1j)
attempt(cmath.sinh, 710.5)
attempt(cmath.sqrt, -4)
attempt(cmath.sqrt, complex(0, -0.0))
attempt(cmath.sqrt, 5e-324)
attempt(cmath.polar, 3 + 4j)
attempt(cmath.polar, 1.5e308 + 1.5e308j)
attempt(cmath.phase, -1 - 0j)
attempt(cmath.rect, 2, 0)
attempt(cmath.isclose, 1, 1 + 1e-10j)
attempt(cmath.isclose, 1, 1 + 1e-8j)
attempt(cmath.isclose, 1, 1.1, rel_tol=-1)
attempt(cmath.isclose, cmath.inf, cmath.inf)
attempt(cmath.isinf, complex(0, cmath.inf))
attempt(cmath.isnan, complex(0, cmath.nan))
attempt(cmath.isfinite, complex(0, cmath.nan))
attempt(cmath.sin, "x")


class Number:
    def __complex__(self):
        return 3 + 4j


attempt(cmath.polar, Number())
