import random
random.seed(1)
data = [random.random() for _ in range(5000)]
s = sorted(data)
print(all(a <= b for a, b in zip(s, s[1:])), sorted(s) == s, sorted(s, reverse=True) == s[::-1])
pairs = [(i % 10, i) for i in range(1000)]
print(sorted(pairs, key=lambda p: p[0]) == sorted(pairs))
