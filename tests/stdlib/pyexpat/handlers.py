# Handlers: setting them meanwhile, errors in them, what they may do.
import pyexpat


def attempt(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)


p = pyexpat.ParserCreate()
print(p.StartElementHandler, p.CurrentLineNumber, p.CurrentColumnNumber, p.CurrentByteIndex, p.ErrorCode)
print(p.GetInputContext(), p.GetBase(), p.intern)

# An error in a handler ends parsing and takes all handlers away.
def fail(name, attrs):
    raise KeyError(name)
p.StartElementHandler = fail
p.EndElementHandler = print
attempt(p.Parse, b'<a><b/></a>')
print(p.StartElementHandler, p.EndElementHandler, p.CurrentByteIndex)
attempt(p.Parse, b'', True)

# A handler cannot parse on.
p = pyexpat.ParserCreate()
def start(name, attrs):
    attempt(p.Parse, b'<x/>')
    attempt(p.ParseFile, None)
p.StartElementHandler = start
attempt(p.Parse, b'<a/>', True)

# Handlers can be changed at any time, for an empty element too.
p = pyexpat.ParserCreate()
def start(name, attrs):
    print('start', name, p.GetInputContext())
    p.EndElementHandler = lambda name: print('end', name)
    p.CharacterDataHandler = lambda data: print('text', data)
    p.StartElementHandler = None
p.StartElementHandler = start
p.Parse(b'<a>1<b/>2</a>', True)
p = pyexpat.ParserCreate()
def start(name, attrs):
    print('start', name)
p.StartElementHandler = start
p.buffer_text = True
p.CharacterDataHandler = lambda data: print('first', repr(data))
p.Parse(b'<a>one')
print(p.buffer_used)
p.Parse(b' two<b>three')
def second(data):
    print('second', repr(data))
p.CharacterDataHandler = second
p.Parse(b'four</b></a>', True)

# Strings of names are the same objects.
names = []
p = pyexpat.ParserCreate()
p.StartElementHandler = lambda name, attrs: names.extend([name, *attrs])
p.EndElementHandler = names.append
p.Parse(b'<e f="1"><e/><e f="2"></e></e>', True)
print(all(n is names[0] for n in names if n == 'e'), p.intern)
mine = {}
p = pyexpat.ParserCreate(intern=mine)
p.StartElementHandler = print
p.Parse(b'<e f="1"/>', True)
print(mine, p.intern is mine)

# Attributes.
for name, value in [
    ('buffer_size', 0), ('buffer_size', 'x'), ('buffer_size', 1 << 40), ('ErrorCode', 0), ('intern', {}),
    ('buffer_used', 1),
]:
    attempt(setattr, p, name, value)
for name in 'StartElementHandler', 'buffer_text', 'buffer_size':
    attempt(delattr, p, name)
p.StartElementHandler = 5
print(p.StartElementHandler)
attempt(pyexpat.XMLParserType)
attempt(pyexpat.ParserCreate, 5)
attempt(pyexpat.ParserCreate, None, 'ab')
attempt(pyexpat.ParserCreate, None, 5)
attempt(lambda: pyexpat.ParserCreate(intern=5))
attempt(pyexpat.ParserCreate().Parse, 5)
attempt(pyexpat.ParserCreate().Parse, '\ud800')
attempt(pyexpat.ParserCreate().ParseFile, 5)
attempt(pyexpat.ParserCreate().SetBase, 5)
class File:
    def __init__(self, data):
        self.data = data
    def read(self, n):
        return self.data
attempt(pyexpat.ParserCreate().ParseFile, File('text'))
attempt(pyexpat.ParserCreate().ParseFile, File(b' ' * 2049))
p = pyexpat.ParserCreate()
p.Parse(b'<a>')
print(p.SetParamEntityParsing(1))
attempt(p.UseForeignDTD)
print(pyexpat.model.XML_CTYPE_SEQ, pyexpat.native_encoding, [k for k, v in pyexpat.features])
import sys
print(sys.modules['pyexpat.errors'] is pyexpat.errors, pyexpat.errors, pyexpat.ExpatError)
