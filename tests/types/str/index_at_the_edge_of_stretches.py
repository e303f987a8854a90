# Indices at and behind the end of a text that is not all ASCII, after its characters were counted.
class Sub(str):
    pass


def item(s, i):
    try:
        return s[i]
    except IndexError as e:
        return str(e)


for n in (31, 32, 33, 63, 64, 65, 96, 97):
    s = 'é' + 'abcdefgh' * 12
    s = s[:n]
    s.find('zz', 1, n), s.rfind('q', n), s[n - 1:], s[1:n], Sub(s)[0:n]
    print(n, [item(s, i) for i in (n - 1, n, n + 1, n + 8, 2 * n, 10 * n, -1, -n, -n - 1, -2 * n)])
    print(''.join(item(s, i) for i in range(n)) == s)
