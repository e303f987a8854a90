# Trees from text and back.
import io
import xml.etree.ElementTree as ET

root = ET.fromstring('''<?xml version="1.0"?>
<!DOCTYPE data [<!ENTITY e "entity">]>
<data xmlns:p="urn:p"><!-- comment --><p:item p:id="1" name="a&amp;b">text &e; <b/>tail</p:item>
<p:item p:id="2"/></data>''')
print(ET.tostring(root, encoding='unicode'))
print([(e.tag, e.attrib, e.text, e.tail) for e in root.iter()])
print(root.find('{urn:p}item[@name]').get('{urn:p}id'), len(root.findall('*')))
for event, e in ET.iterparse(io.BytesIO(ET.tostring(root)), events=('start', 'end', 'start-ns', 'end-ns')):
    print(event, e if isinstance(e, tuple) or e is None else e.tag)
parser = ET.XMLPullParser(['end'])
for chunk in '<a><b>', '<c/></', 'b></a>':
    parser.feed(chunk)
    parser.flush()
    print([e.tag for _, e in parser.read_events()])
for text in '<a>', '<a></b>', '', '<a>&x;</a>', '<a b="1" b="2"/>':
    try:
        ET.fromstring(text)
    except ET.ParseError as e:
        print(e, e.code, e.position)
tree = ET.ElementTree(root)
ET.indent(tree)
out = io.BytesIO()
tree.write(out, encoding='iso-8859-1', xml_declaration=True)
print(out.getvalue().decode('latin-1'))
print(ET.canonicalize('<a b="2" a="1"><c></c></a>'))
