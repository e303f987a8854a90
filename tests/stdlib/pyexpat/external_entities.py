# External entities are asked for, and parsed by parsers made for them.
import pyexpat

FILES = {
    'dtd': b'''<?xml version="1.0" encoding="utf-8"?>
<!ELEMENT r ANY> <!ENTITY fromdtd "from the subset"> <!ATTLIST r d CDATA "default">
<![INCLUDE[<!ENTITY included "included">]]><![IGNORE[<!ENTITY no "<![x[]]>">]]>
<!ENTITY % inner "INCLUDE"><![%inner;[<!ENTITY more "%value;more">]]> %missing;
<!ENTITY % decl "<!ENTITY viadecl 'via a declaration'>"> %decl;
<!ENTITY % file SYSTEM "pe"> %file; <!ENTITY fromfile "[%file2;]">''',
    'pe': b'<!ENTITY frompe "from a parameter entity"> <!ENTITY % file2 SYSTEM "pe2">',
    'pe2': b'<?xml version="1.0" encoding="utf-8"?>file two',
    'ge': b'<?xml version="1.0" encoding="iso-8859-1"?>text \xe9<b>&inner;</b>',
    'bad': b'<b>',
    'recursive': b'&ext;',
    'foreign': b'<!ENTITY undeclared "from the foreign DTD">',
}


def show(document, *, when=pyexpat.XML_PARAM_ENTITY_PARSING_ALWAYS, foreign=False, use=True, separator=None,
         not_standalone=None, names=('StartElement', 'EndElement', 'CharacterData', 'SkippedEntity', 'EntityDecl')):
    root = pyexpat.ParserCreate(namespace_separator=separator)
    print('SetParamEntityParsing', root.SetParamEntityParsing(when))
    root.SetBase('/base')
    root.UseForeignDTD(foreign)
    parsers = [root]
    def external(context, base, system_id, public_id):
        print('external', context and sorted(context.split('\f')), base, system_id, public_id)
        if use:
            child = parsers[-1].ExternalEntityParserCreate(context)
            parsers.append(child)
            child.Parse(FILES[system_id or 'foreign'], True)
            parsers.pop()
        return 1
    root.ExternalEntityRefHandler = external
    root.buffer_text = True
    for name in names:
        setattr(root, name + 'Handler', lambda *args, name=name: print(name, *map(ascii, args)))
    if not_standalone is not None:
        def ask():
            print('not standalone')
            return not_standalone
        root.NotStandaloneHandler = ask
    try:
        root.Parse(document, True)
    except pyexpat.ExpatError as e:
        print(e)
    print()


subset = b'''<!DOCTYPE r SYSTEM "dtd" [<!ENTITY % value "a value, ">]>
<r>&fromdtd; &included; &more; &viadecl; &frompe; &fromfile;</r>'''
show(subset)
show(subset, use=False)
show(subset, when=pyexpat.XML_PARAM_ENTITY_PARSING_NEVER)
show(subset, when=pyexpat.XML_PARAM_ENTITY_PARSING_NEVER, not_standalone=0)
show(subset, not_standalone=0)
show(subset, not_standalone=1)
alone = b'<?xml version="1.0" standalone="yes"?>' + subset
show(alone, when=pyexpat.XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE)
show(b'<!DOCTYPE r [<!ENTITY inner "in"><!ENTITY ext SYSTEM "ge">]><r>&ext;</r>')
show(b'<!DOCTYPE r [<!ENTITY ext SYSTEM "ge"><!ENTITY inner "<c/>">]><r xmlns="u" xmlns:p="v">&ext;</r>', separator=' ')
show(b'<!DOCTYPE r [<!ENTITY ext PUBLIC "pub" "bad">]><r>&ext;</r>')
show(b'<!DOCTYPE r [<!ENTITY ext SYSTEM "recursive">]><r>&ext;</r>')
show(b'<r>&undeclared;</r>', foreign=True)
show(b'<!DOCTYPE r><r>&undeclared;</r>', foreign=True)
show(b'<r>&undeclared;</r>', foreign=True, use=False)
show(b'<!DOCTYPE r [<!ENTITY % p "<!ENTITY e \'v\'>"> %p; ]><r a="&e;">&e;</r>')
show(b'<!DOCTYPE r [<!ENTITY % p "<!ELEMENT a "> %p; ]><r/>')
show(b'<!DOCTYPE r [<!ENTITY % p "%q;"> ]><r/>')
show(b'<!DOCTYPE r [<!ENTITY % p "&#37;p;"> %p; ]><r/>')
show(b'<!DOCTYPE r [<!ENTITY % p "]>"> %p; <r/>')
show(b'<!DOCTYPE r [%u; <!ENTITY e "v">]><r>&e;</r>')

# An error in the parser of the entity is the error of the handler.
def refuse(*args):
    return 0
p = pyexpat.ParserCreate()
p.ExternalEntityRefHandler = refuse
try:
    p.Parse(b'<!DOCTYPE r [<!ENTITY e SYSTEM "x">]><r>&e;</r>', True)
except pyexpat.ExpatError as e:
    print(e)
p = pyexpat.ParserCreate()
p.ExternalEntityRefHandler = lambda *args: 'no int'
try:
    p.Parse(b'<!DOCTYPE r [<!ENTITY e SYSTEM "x">]><r>&e;</r>', True)
except TypeError as e:
    print(e)

# A parser of an external entity in a parameter entity, in an entity's value, with a base of its own.
def external(context, base, system_id, public_id):
    print('external', context, base, system_id)
    child = stack[-1].ExternalEntityParserCreate(context)
    child.SetBase('/other')
    stack.append(child)
    child.Parse(FILES[system_id], True)
    stack.pop()
    return 1
FILES['dtd'] = b'''<!ENTITY % pe SYSTEM "pe"> %pe; <!ENTITY value "[%file2;|%file2;]"> <!ELEMENT %empty;>
<!ENTITY % text "<!ENTITY frompe2 '%file2;'>"> %text;'''
p = pyexpat.ParserCreate()
p.SetBase('/base')
p.SetParamEntityParsing(pyexpat.XML_PARAM_ENTITY_PARSING_ALWAYS)
stack = [p]
p.ExternalEntityRefHandler = external
p.EntityDeclHandler = lambda *args: print('entity', *args)
p.ElementDeclHandler = lambda *args: print('element', *args)
p.CharacterDataHandler = lambda data: print('text', data)
p.Parse(b'<!DOCTYPE r SYSTEM "dtd" [<!ENTITY % empty "e EMPTY">]><r>&value;</r>', True)
