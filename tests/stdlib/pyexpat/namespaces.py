# Names with their namespaces.
import pyexpat

DOCUMENT = b'''<a xmlns="u" xmlns:p="v" x="1" p:x="2"><p:b xmlns:p="w" p:y=""/><c xmlns=""><d p:z=""/></c
><p:e xml:lang="en"/></a>'''


def show(document, separator, prefixes=False):
    p = pyexpat.ParserCreate(namespace_separator=separator)
    p.namespace_prefixes = prefixes
    p.StartElementHandler = lambda *args: print('start', *args)
    p.EndElementHandler = lambda *args: print('end', *args)
    p.StartNamespaceDeclHandler = lambda *args: print('ns', *args)
    p.EndNamespaceDeclHandler = lambda *args: print('end ns', *args)
    try:
        p.Parse(document, True)
    except pyexpat.ExpatError as e:
        print(e)
    print()


for separator in None, '', ' ', '}':
    show(DOCUMENT, separator)
show(DOCUMENT, ' ', True)
for document in [
    b'<p:a/>', b'<a p:b=""/>', b'<a xmlns:p=""/>', b'<a xmlns:xml="x"/>', b'<a xmlns:xmlns="x"/>',
    b'<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>', b'<a xmlns="http://www.w3.org/2000/xmlns/"/>',
    b'<a xmlns:xml="http://www.w3.org/XML/1998/namespace"/>',
    b'<a xmlns:p="u" xmlns:q="u" p:x="" q:x=""/>', b'<a xmlns:p="u" xmlns:p="v"/>', b'<a xmlns:p="u v"/>',
    b'<a:b:c/>', b'<a xmlns:p="u"><p:b></b></a>', b'<:a/>', b'<a:/>',
    b'<!DOCTYPE a [<!ATTLIST a xmlns CDATA "u" xmlns:p CDATA "v" p:x CDATA "1">]><a/>',
]:
    print(document)
    show(document, ' ')
