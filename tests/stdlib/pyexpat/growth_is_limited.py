# Entities that expand without measure are refused; depth is not limited by a stack.
import pyexpat


def laughs(rows, columns):
    body = ''.join(f'<!ENTITY l{i + 1} "{f"&l{i};" * columns}">' for i in range(rows))
    return f'<!DOCTYPE r [<!ENTITY l0 "{"." * 10}">{body}]>'.encode(), rows


def parse(document):
    p = pyexpat.ParserCreate()
    total = 0
    def count(data):
        nonlocal total
        total += len(data)
    p.CharacterDataHandler = count
    try:
        p.Parse(document, True)
    except pyexpat.ExpatError as e:
        print(e.code, e)
    return total


head, rows = laughs(3, 10)
print(parse(head + b'<r>&l3;</r>'))
head, rows = laughs(9, 10)
total = parse(head + b'<r>&l9;</r>')
print(0 < total < 20_000_000)
parse(head + b'<r a="&l9;"/>')

p = pyexpat.ParserCreate()
p.SetBillionLaughsAttackProtectionActivationThreshold(0)
p.SetBillionLaughsAttackProtectionMaximumAmplification(1.0)
try:
    p.Parse(b'<!DOCTYPE r [<!ENTITY a "x">]><r>&a;</r>', True)
except pyexpat.ExpatError as e:
    print(e.code)
child = pyexpat.ParserCreate().ExternalEntityParserCreate(None)
for call in [
    lambda: p.SetBillionLaughsAttackProtectionActivationThreshold(-1),
    lambda: p.SetBillionLaughsAttackProtectionActivationThreshold(1 << 64),
    lambda: p.SetAllocTrackerActivationThreshold(1.5),
    lambda: p.SetAllocTrackerMaximumAmplification('x'),
    lambda: pyexpat.ParserCreate().SetAllocTrackerMaximumAmplification(0.5),
    lambda: pyexpat.ParserCreate().SetAllocTrackerMaximumAmplification(float('nan')),
    lambda: child.SetAllocTrackerActivationThreshold(1),
    lambda: child.SetBillionLaughsAttackProtectionMaximumAmplification(2.0),
]:
    try:
        call()
    except Exception as e:
        print(type(e).__name__, e)

DEPTH = 30_000
p = pyexpat.ParserCreate(namespace_separator=' ')
depth = deepest = 0
def start(name, attrs):
    global depth, deepest
    depth += 1
    deepest = max(deepest, depth)
def end(name):
    global depth
    depth -= 1
p.StartElementHandler = start
p.EndElementHandler = end
p.Parse(b'<a>' * DEPTH + b'</a>' * DEPTH, True)
print(depth, deepest)
chain = b''.join(b'<!ENTITY e%d "&e%d;">' % (i + 1, i) for i in range(5_000))
p = pyexpat.ParserCreate()
p.CharacterDataHandler = print
p.StartElementHandler = lambda name, attrs: print(name, attrs)
p.Parse(b'<!DOCTYPE r [<!ENTITY e0 "bottom">%b]><r a="&e5000;">&e5000;</r>' % chain, True)
