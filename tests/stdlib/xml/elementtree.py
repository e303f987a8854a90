import xml.etree.ElementTree as ET
root = ET.Element("a", x="1"); b = ET.SubElement(root, "b"); b.text = "t<&"; b.tail = "\n"
print(ET.tostring(root), root.find("b").text, [e.tag for e in root.iter()])
