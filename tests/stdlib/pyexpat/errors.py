# The words and the position of each error.
import pyexpat

DOCUMENTS = [
    b'', b' \n', b'hello', b'&', b'<', b'<!', b'<!-', b'<!--', b'<!-- a -- b -->', b'<?',
    b'<?xml', b'<?xml?>', b'<?xml version="1.0"?', b' <?xml version="1.0"?><a/>',
    b'<?xml version="1.0" encoding=""?><a/>', b'<?xml version="1.0" standalone="maybe"?><a/>',
    b'<?xml encoding="utf-8"?><a/>', b'<?xml version="1.1"?><a/>', b'<?xml version="1.0" x="y"?><a/>',
    b'<a', b'<a b', b'<a b=', b'<a b="', b'<a/><b/>', b'<a/>x', b'<a/>&', b'<a/><?', b'<a/>\n ', b'<a/>]]',
    b'<a></b>', b'<a></a', b'<a>', b'<a>\r', b'<a>]', b'<a>]]', b'<a>]]></a>', b'<a>x]]></a>',
    b'<a>\xff</a>', b'<a>xyz\xff</a>', b'<a b="xyz\xff"/>', b'<a>\x01</a>', b'<a>\xed\xa0\x80</a>',
    b'<a>\xe2\x82', b'<a \xe2\x82', b'<a\xc3\x97/>', b'<a>\xef\xbf\xbf</a>', b'<a>\xc0\x80</a>',
    b'<a b=c/>', b'<a b="<"/>', b'<a b="1"c="2"/>', b'<a b="" b=""/>', b'<a / >', b'<1/>', b'<a></a b>',
    b'<a>&#0;</a>', b'<a>&#x110000;</a>', b'<a>&b;</a>', b'<a>&b</a>', b'<a>& b</a>', b'<a b="&c;"/>',
    b'<a>&#xg;</a>', b'<a>&#;</a>', b'<a b="&#1;"/>',
    b'<a><![CDATA[', b'<a><![CDATA[x]]', b'<a><![CDATB[x]]></a>', b'<a><![CDATA[\x01]]></a>',
    b'<a><?xml x?></a>', b'<a><?XML x?></a>', b'<a/><?xml version="1.0"?>',
    b'<!DOCTYPE', b'<!DOCTYPE a', b'<!DOCTYPE a>', b'<!DOCTYPE a [', b'<!DOCTYPE a [<!FOO>]>',
    b'<!DOCTYPE a [<!FOO >]>', b'<!DOCTYPE a [<!ELEMENT>]>', b'<!doctype a>', b'<!DOCTYPE a><!DOCTYPE a><a/>',
    b'<!DOCTYPE a [<!ELEMENT a (b|c,d)>]><a/>', b'<!DOCTYPE a [<!ELEMENT a (b>]><a/>',
    b'<!DOCTYPE a [<!ATTLIST a b FOO "">]><a/>', b'<!DOCTYPE a [<!ENTITY% x "y">]><a/>',
    b'<!DOCTYPE a [<!ENTITY % x "%y;">]><a/>', b'<!DOCTYPE a [<!ENTITY x "&#0;">]><a/>',
    b'<!DOCTYPE a [%x;]><a/>', b'<!DOCTYPE a [<!ELEMENT %x;>]><a/>',
    b'<!DOCTYPE a [<!ENTITY x "&y;">]><a>&x;</a>', b'<!DOCTYPE a [<!ENTITY x "&x;">]><a>&x;</a>',
    b'<!DOCTYPE a [<!ENTITY x "&x;">]><a b="&x;"/>',
    b'<!DOCTYPE a [<!ENTITY x "<b>">]><a>&x;</a>', b'<!DOCTYPE a [<!ENTITY x "</a>">]><a>&x;</a>',
    b'<!DOCTYPE a [<!ENTITY x "<b></c>">]><a>&x;</a>', b'<!DOCTYPE a [<!ENTITY x "&">]><a/>',
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "y">]><a b="&x;"/>',
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "y" NDATA z>]><a>&x;</a>',
    b'<!DOCTYPE a [<!ENTITY x "<">]><a b="&x;"/>', b'<!DOCTYPE a [<!ENTITY x "&#60;">]><a b="&x;"/>',
    b'<!DOCTYPE a PUBLIC "{}" "x"><a/>', b'<!DOCTYPE a PUBLIC "x"><a/>', b'<!DOCTYPE a SYSTEM "x" "y"><a/>',
    b'<!DOCTYPE a [<!NOTATION n>]><a/>', b'<!DOCTYPE a [<![INCLUDE[]]>]><a/>', b'<!DOCTYPE a []]><a/>',
    b'\r\n\r\n<a>\r\r\n</b>', b'\xef\xbb\xbf<a>', b'\xef\xbb\xbf<a></b>',
    '\ufeff<a>\u20ac\U0001f600</b>'.encode('utf-16-le'), '<a>\n</b>'.encode('utf-16-be'),
    b'\0\r\n', b'\0', b'<\0a/>', b'<\0a\0/\0>\0x', b'<\0a\0>\0\x3d\xd8',
    '<a>\xe9\u20ac\U0001f600</b>'.encode(),
]

for document in DOCUMENTS:
    for separator in None, ' ':
        p = pyexpat.ParserCreate(namespace_separator=separator)
        try:
            p.Parse(document, True)
            result = 'well-formed'
        except pyexpat.ExpatError as e:
            assert e.code == p.ErrorCode
            assert (e.lineno, e.offset) == (p.ErrorLineNumber, p.ErrorColumnNumber)
            result = f'{e.code} {e}, byte {p.ErrorByteIndex}'
        if separator is None:
            plain = result
            print(document, '-', result)
        elif result != plain:
            print('    with namespaces:', result)

p = pyexpat.ParserCreate()
p.Parse(b'<a/>', True)
for data in b'', b'<a/>':
    try:
        p.Parse(data, True)
    except pyexpat.error as e:
        print(e, e.code, e.__dict__)
print([pyexpat.ErrorString(n) for n in (0, 1, 44, 45, -1)])
print(pyexpat.errors.XML_ERROR_SYNTAX, pyexpat.errors.codes['syntax error'], pyexpat.errors.messages[7])
