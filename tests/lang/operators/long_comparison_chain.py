def noted(n):
    print(n, end=" ")
    return n


print(noted(1) < noted(2) < noted(3) < noted(4) < noted(5))
print(noted(1) < noted(2) < noted(2) < noted(4) < noted(5))
if noted(3) >= noted(2) != noted(1) is not noted(0) in [0] == [0]:
    print("yes")
a, b, c, d = 1, 2, 3, 4
print(a < b < c < d, a < b > c < d, not a < b < c < d)
