# Lines that are reported around annotations, and of an empty module.
import sys
def tr(f,e,a):
    if f.f_code.co_filename != 'x':
        return  # a callback of a weak reference
    print(' ',e,f.f_lineno,f.f_code.co_name)
    return tr
for src in ('x: int\n','y=1\nx: int\nz=2\n','x: int\ny: str\n','def f():\n  x: int\n  y=1\nf()\n','def f():\n  x: int\nf()\n','class C:\n  x: int\n','class C:\n  y=1\n  x: int\n  z=1\n','if 1:\n  x: int\n  y=3\n','class C:\n  if 1:\n    x: int\n','o=type("O",(),{})\no.a: int\n(x): int\n', 'if y:=1:\n  x: int\nz=1\n',
'\n\ny=1\nx: int\nz=2\n','"doc"\n\nx: int\nz=2\n','\n\nclass C:\n  "doc"\n  def f(self): self.a=1\n  x: int\n', '\n\nclass C:\n  x: int\n  def f(self): return __class__\n', '\n\n@str\nclass C:\n  x: int\n  if x: pass\n  else: y=1\n', 'if 0:\n  x: int\ny=1\n', '', '# nothing\n'):
    print(repr(src))
    c=compile(src,'x','exec')
    ns={}
    sys.settrace(tr)
    try:
        exec(c,ns)
    except NameError:
        pass
    sys.settrace(None)
