# Adding to a long text: what shares a beginning stays as it was; time is linear.
def grow(piece, n):
    s = ''
    for i in range(n):
        s += piece
    return s


long = grow('abcdefgh', 300)
a = long + 'A'
b = long + 'BB'
c = a + 'C'
d = a + 'DD'
print(long[-3:], a[-3:], b[-4:], c[-4:], d[-5:], len(long), len(a), len(b), len(c), len(d))
print(hash(a) == hash(grow('abcdefgh', 300) + 'A'), a == long + 'A', {a: 1}[long + 'A'], a in {long + 'A'})

wide = long + 'é'
wider = wide + '😀'
print(wide[-2:], wider[-3:], len(wide), len(wider), wider[2400], wider[2401], wider.find('é'), wide.isascii(), a.isascii())
surrogates = long + '\ud800'
print(ascii((surrogates + '\udc00')[-3:]), len(surrogates + '\udc00'))
print((long + long)[2400:2403], long.upper()[-2:], (long + 'z').replace('a', '')[-3:], (long + ' x').split()[1])
from_left = ''
for i in range(600):
    from_left = str(i % 10) + from_left
print(len(from_left), from_left[:5])
text = grow('0123456789', 20_000)
print(len(text), text[123_456:123_459], text.count('9'))


class Sub(str):
    pass


print(type(Sub(a) + 'x'), type(a + Sub('x')), Sub(a) == a, type(Sub(a)))
import sys
print(sys.intern(a) == a, a.__sizeof__() > 2400)
