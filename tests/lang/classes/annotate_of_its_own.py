class X:
    a: int

    def __annotate__(format):
        return {"a": str}


print(X.__annotate__(1), X.__annotations__)
X.__annotate__ = lambda format: {"b": 1}
print(X.__annotate__(1), X.__annotations__)


class Y:
    a: int


Y.__annotate__ = lambda format: {"b": 1}
print(Y.__annotate__(1), Y.__annotations__)
