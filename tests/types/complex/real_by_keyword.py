import warnings
warnings.simplefilter("always")
warnings.showwarning = lambda message, *_: print("warning:", message)

class N(int):
    def __complex__(self): print("__complex__"); return 3+4j
class C(complex): pass

for text in ("complex(real=1j)", "complex(real=2)", "complex(real='1')", "complex(real=b'')", "complex('1')", "complex(1j, 2)", "complex(1, 2j)",
             "complex(1j, set())", "complex(N(1), 1)", "complex(N(1))", "complex(real=N(1))", "complex(imag='1')", "C(real='1')", "C(real=1j)",
             "complex(real=-0.0)", "complex(real=complex(1, -0.0))", "complex(x=1)"):
    try:
        print(text, eval(text))
    except TypeError as e:
        print(text, "!!", e)
