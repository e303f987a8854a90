def chain(n):
    if n:
        yield from chain(n - 1)
    yield n
print(list(chain(50))[-3:], len(list(chain(200))))
