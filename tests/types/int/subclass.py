class I(int):
    def __new__(cls, v, extra): 
        self = super().__new__(cls, v)
        self.extra = extra
        return self
    def __repr__(self): return f"I({int(self)})"
i = I(5, "x")
print(i, i + 1, type(i + 1).__name__, i.extra, i == 5, hash(i) == hash(5), {5: "k"}[i], [1, 2, 3, 4, 5, 6][i], f"{i} {i:d}")
