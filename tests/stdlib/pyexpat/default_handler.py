# What no handler wants goes to the default handler as it stands.
import pyexpat

DOCUMENT = b'''<?xml version="1.0"?>
<!DOCTYPE r  SYSTEM "x" [ <!ELEMENT r (a|b)*> <!ENTITY e "v<x/>w"> <!-- c -->
<!ATTLIST r a CDATA #IMPLIED>\t<!NOTATION n PUBLIC 'p'>
<!ENTITY % p "q"> %p; ]>
<r a="1">text &e; &amp; &#65; <![CDATA[x
y]]> <b/> <?pi  d ?> </r> <!-- e -->
'''

for name in 'DefaultHandler', 'DefaultHandlerExpand':
    for others in [], ['StartElementHandler'], ['EndElementHandler', 'CharacterDataHandler'], [
        'StartDoctypeDeclHandler', 'EndDoctypeDeclHandler', 'CommentHandler',
    ], ['ElementDeclHandler', 'EntityDeclHandler', 'AttlistDeclHandler', 'NotationDeclHandler'], [
        'StartCdataSectionHandler', 'ProcessingInstructionHandler', 'XmlDeclHandler', 'SkippedEntityHandler',
    ]:
        p = pyexpat.ParserCreate()
        pieces = []
        setattr(p, name, pieces.append)
        for other in others:
            setattr(p, other, lambda *args: None)
        p.Parse(DOCUMENT, True)
        print(name, others)
        print(pieces)

# The one that was set last counts.
p = pyexpat.ParserCreate()
p.DefaultHandler = lambda data: print('default', repr(data))
p.DefaultHandlerExpand = lambda data: print('expand', repr(data))
p.Parse(b'<!DOCTYPE a [<!ENTITY e "v">]><a>')
p.DefaultHandler = lambda data: print('default', repr(data))
p.Parse(b'&e;')
p.DefaultHandlerExpand = None
p.Parse(b'&e;')
p.DefaultHandlerExpand = lambda data: print('expand', repr(data))
p.Parse(b'&e;</a>', True)
