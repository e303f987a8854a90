class A:
    __x = 1
    def __f(self): return self.__x
    def call(self):
        __local = 5
        return self.__f(), [n for n in locals() if "local" in n]
    class _B:
        __y = 2

print(sorted(n for n in vars(A) if "x" in n or "_f" in n), A().call(), A._B._B__y)
