# What a document type declaration declares, as the handlers see it.
import pyexpat

HANDLERS = [
    'XmlDeclHandler', 'StartDoctypeDeclHandler', 'EndDoctypeDeclHandler',
    'ElementDeclHandler', 'AttlistDeclHandler', 'EntityDeclHandler',
    'NotationDeclHandler', 'UnparsedEntityDeclHandler',
]


def show(document, *, unparsed=True):
    p = pyexpat.ParserCreate()
    p.SetBase('BASE')
    for name in HANDLERS:
        if unparsed or name != 'UnparsedEntityDeclHandler':
            setattr(p, name, lambda *args, name=name: print(name, *args))
    p.Parse(document, True)
    print()


show(b'''<?xml version="1.0" encoding='utf-8' standalone="yes"?>
<!DOCTYPE r PUBLIC " a
b " "s" [
<!ELEMENT r (a,(b|c)*,d?,e+)>
<!ELEMENT x (#PCDATA|y|z)*>
<!ELEMENT q (#PCDATA)>
<!ELEMENT e EMPTY>
<!ELEMENT n ANY>
<!ELEMENT g ((a|b)+,(c,(d?|e)*)?)>
<!ATTLIST r a CDATA #REQUIRED
            b (x|y) "x"
            c NOTATION (n|m) #IMPLIED
            d ID #FIXED " q  r "
            e NMTOKENS "  a  b ">
<!ATTLIST none>
<!ENTITY i "val&#65;&foo;
line">
<!ENTITY i "not the first">
<!ENTITY % p "pv">
<!ENTITY e SYSTEM "es">
<!ENTITY e2 PUBLIC "ep" "es2">
<!ENTITY u SYSTEM "us" NDATA nn>
<!ENTITY lt "x">
<!NOTATION n SYSTEM "ns">
<!NOTATION m PUBLIC "mp">
<!NOTATION k PUBLIC "kp" "ks">
]><r/>''')
show(b'<!DOCTYPE r [<!ENTITY u PUBLIC "p" "s" NDATA n>]><r/>', unparsed=False)
show(b'<!DOCTYPE r><r/>')
show(b'<!DOCTYPE r SYSTEM "x"><r/>')

# Attributes by default, and what their types make of values.
p = pyexpat.ParserCreate()
p.StartElementHandler = lambda name, attrs: print(name, attrs)
document = b'''<!DOCTYPE r [
<!ATTLIST r t NMTOKENS "a  b" c CDATA " x " n CDATA #IMPLIED>
<!ATTLIST r t CDATA "second">
<!ENTITY e " in &#10; entity ">
]><r><r t='  one
 two  ' c='  one
\ttwo  &e;&#x20;&#9;'/><r t="&e;&#x20; &#x20;"/></r>'''
p.Parse(document, True)
for flag in True, False:
    p = pyexpat.ParserCreate()
    p.specified_attributes = flag
    p.ordered_attributes = True
    p.StartElementHandler = lambda name, attrs: print(name, attrs)
    p.Parse(b'<!DOCTYPE r [<!ATTLIST r d CDATA "v">]><r b="2" a="1"/>', True)
