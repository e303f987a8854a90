body = "".join(f"        y += {i}\n" for i in range(20000))
exec("def f(n):\n    y = 0\n    while n:\n        n -= 1\n" + body + "        if y < 0: break\n    return y\n")
print(f(2))
