# Encodings: known ones, those that codecs know, and byte positions in them.
import pyexpat


def show(data, encoding=None):
    p = pyexpat.ParserCreate(encoding)
    def start(name, attrs):
        context = p.GetInputContext()
        print('start', ascii(name), {ascii(k): ascii(v) for k, v in attrs.items()}, p.CurrentByteIndex, len(context))
    p.StartElementHandler = start
    p.CharacterDataHandler = lambda data: print('text', ascii(data), p.CurrentByteIndex)
    p.XmlDeclHandler = lambda *args: print('xml', *args)
    try:
        p.Parse(data, True)
    except (pyexpat.ExpatError, LookupError, ValueError) as e:
        print(type(e).__name__, e)
    print()


text = '<?xml version="1.0" encoding="{}"?><r>\xe9<\xe9 a="\xe9"/>x</r>'
for encoding in 'utf-8', 'UTF-8', 'iso-8859-1', 'latin-1', 'cp1252', 'koi8-r', 'iso-8859-15', 'utf-16', 'cp037':
    try:
        data = text.format(encoding).encode(encoding)
    except UnicodeEncodeError:
        data = text.replace('\xe9', '\u0439').format(encoding).encode(encoding)
    print(encoding)
    show(data)
for encoding in 'us-ascii', 'utf-7', 'utf-32', 'nope', 'hex', 'utf-16', 'utf-16le', 'ucs-2':
    print(encoding)
    show(b'<?xml version="1.0" encoding="%s"?><r>\xc3\xa9</r>' % encoding.encode())
# A text declaration or a byte order mark against what is known from outside.
print('from outside')
show(b'<?xml version="1.0" encoding="nope"?><r>\xe9</r>', 'iso-8859-1')
show(b'<r>\xe9</r>', 'koi8-r')
show(b'<r>\xe9</r>', 'nope')
for codec in 'utf-8-sig', 'utf-16', 'utf-16-le', 'utf-16-be':
    print(codec)
    show('<r>\U0001f600<b/></r>'.encode(codec))
    show('<r>\U0001f600<b/></r>'.encode(codec), 'iso-8859-1')
show('<?xml version="1.0" encoding="iso-8859-1"?><r>\xe9\u20ac</r>')
show('<?xml version="1.0" encoding="utf-8"?><r/>'.encode('utf-16'))
show('<?xml version="1.0" encoding="utf-16be"?><r/>'.encode('utf-16-le'))
show('<r>\udc00</r>'.encode('utf-16-le', 'surrogatepass'))
show('<r>\ud800x</r>'.encode('utf-16-le', 'surrogatepass')[:-14])
# What had to be transcoded is reported in pieces of a kilobyte.
p = pyexpat.ParserCreate('iso-8859-1')
sizes = []
p.CharacterDataHandler = lambda data: sizes.append(len(data))
p.Parse(b'<a>' + b'x' * 1000 + b'\xe9' * 3000 + b'</a>', True)
print(sizes)
