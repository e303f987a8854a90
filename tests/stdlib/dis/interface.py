# What programs use of dis, whatever the instructions are.
import dis
import io


def f(a, b=1, *, c):
    "doc"
    for x in a:
        b += x
    return lambda: c


print(dis.pretty_flags(f.__code__.co_flags))
print([line for _, line in dis.findlinestarts(f.__code__) if line][-1])
instructions = list(dis.get_instructions(f))
print(all(i.opname == dis.opname[i.opcode] for i in instructions))
print(any(i.is_jump_target for i in instructions), instructions[-1].positions.lineno is not None)
out = io.StringIO()
dis.dis(f, file=out)
print("Disassembly of <code object <lambda>" in out.getvalue())
print(dis.Bytecode("x + 1").codeobj.co_names)
print(dis.code_info("x").splitlines()[0])
try:
    dis.dis(3)
except TypeError as error:
    print(error)
