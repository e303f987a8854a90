# A temporary must not be overwritten by a nested call's window.
def f(a, b, c): return a * 100 + b * 10 + c
print(f(f(1, 2, 3), f(4, 5, 6), f(7, f(8, 9, 0), 1)))
print([f(i, j, i + j) for i in range(2) for j in range(2)], f(*[1, f(2, 3, 4)], c=f(5, 6, 7)))
