# A document in pieces gives the same events as the document in one.
import io
import pyexpat

DOCUMENT = '''<?xml version="1.0"?>
<!DOCTYPE r PUBLIC "p" "s" [<!ELEMENT r (a|b)*><!ENTITY e "v<x/>w\u20ac"><!-- c --><!ATTLIST r a CDATA "d">
<?pi in doctype?>]>
<r a="1&lt;\u20ac">text &e; &amp; &#65;\r\n\r<![CDATA[x
y]] > ]]]> <b  c='d' /><?pi  d ?>\U0001f600</r> <!-- e -->
'''.encode()

NAMES = [
    'StartElement', 'EndElement', 'ProcessingInstruction', 'CharacterData', 'Comment', 'StartCdataSection',
    'EndCdataSection', 'StartDoctypeDecl', 'EndDoctypeDecl', 'EntityDecl', 'XmlDecl', 'ElementDecl', 'AttlistDecl',
]


def collect(chunks, deferral=True):
    p = pyexpat.ParserCreate()
    p.SetReparseDeferralEnabled(deferral)
    p.buffer_text = True
    events = []
    for name in NAMES:
        def handler(*args, name=name):
            events.append((name, args, p.CurrentLineNumber, p.CurrentColumnNumber, p.CurrentByteIndex))
        setattr(p, name + 'Handler', handler)
    for chunk in chunks:
        p.Parse(chunk)
    p.Parse(b'', True)
    return events


whole = collect([DOCUMENT])
for event in whole:
    print(*event)


def without_text_positions(events):
    # Where a text ends is known only later when it comes in pieces.
    return [e[:2] if e[0] == 'CharacterData' else e for e in events]


def joined(events):
    # Text is reported at the end of each piece of input.
    result = []
    for e in without_text_positions(events):
        if e[0] == 'CharacterData' and result and result[-1][0] == 'CharacterData':
            e = (e[0], (result.pop()[1][0] + e[1][0],))
        result.append(e)
    return result


for n in range(1, 40):
    chunks = [DOCUMENT[i:i + n] for i in range(0, len(DOCUMENT), n)]
    for deferral in True, False:
        assert joined(collect(chunks, deferral)) == joined(whole), (n, deferral)

# An incomplete token waits for much more input, unless that is switched off.
for deferral in True, False:
    p = pyexpat.ParserCreate()
    p.SetReparseDeferralEnabled(deferral)
    p.StartElementHandler = lambda name, attrs: print(deferral, 'start', name)
    for chunk in b'<doc', b'ument', b'>', b'<', b'b', b'/', b'>':
        print(chunk)
        p.Parse(chunk)
    p.Parse(b'</document>', True)

# Text is reported in pieces.
for read in True, False:
    p = pyexpat.ParserCreate()
    sizes = []
    p.CharacterDataHandler = lambda data: sizes.append(len(data))
    document = b'<a>' + b'x' * 3_000_000 + b'\ny\r\nz</a>'
    if read:
        p.ParseFile(io.BytesIO(document[-10_000:-4].join([b'<a>', b'</a>'])))
    else:
        p.Parse(document, True)
    print(sizes)
for size in 1, 3, 100:
    p = pyexpat.ParserCreate()
    p.buffer_text = True
    p.buffer_size = size
    pieces = []
    p.CharacterDataHandler = pieces.append
    p.Parse(b'<a>ab&amp;cd\nefgh<b/>ijk</a>', True)
    print(pieces)
