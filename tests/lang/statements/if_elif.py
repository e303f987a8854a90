def f(x):
    if x < 0: return "negative"
    elif x == 0: return "zero"
    elif x < 10:
        if x % 2: return "small odd"
        else: return "small even"
    return "large"
print([f(x) for x in (-1, 0, 3, 4, 50)])
