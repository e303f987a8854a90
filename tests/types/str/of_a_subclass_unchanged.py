# Where a string of a subclass is the result itself, and where it is copied.
class S(str): pass
class B(bytes): pass
class Own(str):
    def __str__(self): return self
class Repr:
    def __repr__(self): return S("q")
    __str__ = __repr__
    def __format__(self, spec): return S("q")

s, empty, own = S("kid"), S(""), Own("k")
for text in """
f"{s}" f"{s:s}" f"{s:3}" f"{s:9}" f"{s:.2}" f"{s!s}" f"{s!s:s}" f"x{s}" f"{empty:s}" f"{own}" f"{Own('')}" f"{Repr()}"
format(s) format(s,'s') s.__format__('') s.__format__('s') '{}'.format(s) '{:s}'.format(s) '{:9}'.format(s) '{}{}'.format('',s)
'%s'%s '%s'%(own,) '%3s'%s '%s%s'%('',Repr()) '%s'%Repr() '%r'%Repr() 'x%r'%Repr() S('%s')%'a' s%() s%{} s.format() S('{{').format() s.format_map({})
s.partition('z')[0] s.rpartition('z')[2] s.partition('i')[0] s.strip() s.replace('z','') s.center(1) ''.join([s]) s+'' s*1 s[:]
B(b'kid').partition(b'z')[0] B(b'kid').rpartition(b'z')[2] B(b'').rpartition(b'z')[0] B(b'a')+b'' B(b'a').strip()
""".split():
    print(text, type(eval(text)).__name__)
print(type(iter(s)).__name__, type(iter("kid")).__name__)
for text in "B(b'a')+1", "type('BA',(bytearray,),{})()+1", "b'%c'%B(b'kid')", "b'a'.center(5,B(b'kid'))":
    try:
        eval(text)
    except TypeError as e:
        print(e)
