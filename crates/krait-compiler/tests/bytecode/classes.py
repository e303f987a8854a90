class A(B, metaclass=M):
    """doc"""

    x: int = 1

    def m(self):
        self.y = super().m(1, k=2)
        return __class__


class G[T: int](A):
    type Alias[U] = dict[T, U]
