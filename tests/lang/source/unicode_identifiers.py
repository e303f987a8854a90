ﬁ = 1
print(fi, "fi" in globals())
𝐱 = 2
print(x)
class Ünï: pass
print(Ünï.__name__)
