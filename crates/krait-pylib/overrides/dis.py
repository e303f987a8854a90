"""Show the bytecode of functions, classes, methods, modules and source texts.

Krait's bytecode is that of a register machine.  An instruction names the register
it writes first and those it reads after it; registers of variables are shown with
the variable's name, names of globals and attributes with a dot.
"""

import collections
import io
import sys
import types

import _dis
from opcode import *
from opcode import __all__ as _opcode_all

__all__ = ["code_info", "dis", "disassemble", "distb", "disco",
           "findlinestarts", "findlabels", "show_code",
           "get_instructions", "Instruction", "Bytecode", *_opcode_all]

COMPILER_FLAG_NAMES = {
    0x1: "OPTIMIZED",
    0x2: "NEWLOCALS",
    0x4: "VARARGS",
    0x8: "VARKEYWORDS",
    0x10: "NESTED",
    0x20: "GENERATOR",
    0x40: "NOFREE",
    0x80: "COROUTINE",
    0x100: "ITERABLE_COROUTINE",
    0x200: "ASYNC_GENERATOR",
    0x4000000: "HAS_DOCSTRING",
    0x8000000: "METHOD",
}

Positions = collections.namedtuple(
    "Positions", "lineno end_lineno col_offset end_col_offset", defaults=[None] * 4)

_FIELDS = ("opname opcode arg argval argrepr offset start_offset starts_line "
           "line_number label positions cache_info operands end_offset jump_target")


class Instruction(collections.namedtuple("Instruction", _FIELDS, defaults=[None] * 6)):
    """One instruction.

    arg is its first operand, argval the constant or name it refers to or the offset
    it jumps to, argrepr the text of all operands.  operands are the three numbers
    of the instruction word.  Offsets count bytes of co_code.  What follows the
    instruction's first two bytes is its cache_info: co_positions() has an entry for
    every two bytes.
    """

    __slots__ = ()

    @property
    def oparg(self):
        return self.arg

    @property
    def baseopcode(self):
        return self.opcode

    @property
    def baseopname(self):
        return self.opname

    @property
    def cache_offset(self):
        return self.end_offset

    @property
    def is_jump_target(self):
        return self.label is not None

    def __str__(self):
        return f"{self.opname} {self.argrepr}".rstrip()


def _source_to_code(source, name):
    """Code of an expression if it is one, else of statements."""
    try:
        return compile(source, name, "eval")
    except SyntaxError:
        return compile(source, name, "exec")


def _code_of(x):
    """The code object behind a function, method, generator, text and the like."""
    x = getattr(x, "__func__", x)
    for attribute in ("__code__", "gi_code", "ag_code", "cr_code"):
        if (code := getattr(x, attribute, None)) is not None:
            x = code
            break
    if isinstance(x, str):
        x = _source_to_code(x, "<disassembly>")
    if isinstance(x, types.CodeType):
        return x
    raise TypeError(f"don't know how to disassemble {type(x).__name__} objects")


def pretty_flags(flags):
    """The names of the bits of co_flags."""
    names = []
    bit = 1
    while flags:
        if flags & bit:
            names.append(COMPILER_FLAG_NAMES.get(bit, hex(bit)))
            flags ^= bit
        bit <<= 1
    return ", ".join(names) or "0x0"


def code_info(x):
    """A text on what the code object behind x has."""
    code = _code_of(x)
    lines = [
        f"Name:              {code.co_name}",
        f"Filename:          {code.co_filename}",
        f"Argument count:    {code.co_argcount}",
        f"Positional-only arguments: {code.co_posonlyargcount}",
        f"Kw-only arguments: {code.co_kwonlyargcount}",
        f"Number of locals:  {code.co_nlocals}",
        f"Registers:         {_dis.register_count(code)}",
        f"Flags:             {pretty_flags(code.co_flags)}",
    ]
    tables = [
        ("Constants", map(repr, code.co_consts)),
        ("Names", code.co_names),
        ("Variable names", code.co_varnames),
        ("Free variables", code.co_freevars),
        ("Cell variables", code.co_cellvars),
    ]
    for title, rows in tables:
        rows = [f"{number:>4}: {row}" for number, row in enumerate(rows)]
        if rows:
            lines += [f"{title}:", *rows]
    return "\n".join(lines)


def show_code(co, *, file=None):
    """Print code_info(co)."""
    print(code_info(co), file=file)


def _labels(code, rows):
    """Offsets that are jumped to, with their labels in order."""
    targets = {row[6] for row in rows if row[6] is not None}
    targets.update(handler for _, _, handler, _ in _dis.exception_table(code))
    return {offset: number for number, offset in enumerate(sorted(targets), 1)}


def _instructions(code, line_offset=0):
    rows = _dis.instructions(code)
    labels = _labels(code, rows)
    code_bytes = code.co_code
    last_line = object()
    for offset, end, number, operands, text, referent, target, *place in rows:
        line = place[0]
        if line is not None:
            line += line_offset
            place[0] = line
            if place[1] is not None:
                place[1] += line_offset
        starts = line != last_line
        last_line = line
        yield Instruction(
            opname=opname[number], opcode=number, arg=operands[0],
            argval=referent if target is None else target, argrepr=text,
            offset=offset, start_offset=offset, starts_line=starts, line_number=line,
            label=labels.get(offset), positions=Positions(*place),
            cache_info=[("operands", (end - offset) // 2 - 1, code_bytes[offset + 2:end])],
            operands=operands, end_offset=end, jump_target=target)


def get_instructions(x, *, first_line=None, show_caches=None, adaptive=False):
    """Iterate over the instructions of the code behind x.

    first_line is the line to give to the code's first one.  The other arguments
    are there for compatibility.
    """
    code = _code_of(x)
    return _instructions(code, _line_offset(code, first_line))


def _line_offset(code, first_line):
    return 0 if first_line is None else first_line - code.co_firstlineno


def findlinestarts(code):
    """Pairs of offset and line where the line changes; the line may be None."""
    last = False
    for start, _, line in code.co_lines():
        if line is not last:
            last = line
            yield start, line


def findlabels(code):
    """The offsets in a code object that are jumped to."""
    if not isinstance(code, types.CodeType):
        raise TypeError("Krait needs the code object to find labels in it")
    return sorted({row[6] for row in _dis.instructions(code) if row[6] is not None})


def _print_instructions(code, lasti, file, line_offset, show_offsets, show_positions):
    labels = {}
    instructions = list(_instructions(code, line_offset))
    for instruction in instructions:
        if instruction.label is not None:
            labels[instruction.offset] = instruction.label
    lines = [i.line_number for i in instructions if i.line_number is not None]
    line_width = max(3, len(str(max(lines, default=0))))
    offset_width = len(str(instructions[-1].offset)) if instructions else 1
    for instruction in instructions:
        if instruction.starts_line and instruction.offset > 0:
            print(file=file)
        columns = []
        if show_positions:
            columns.append(_position_text(instruction.positions).ljust(line_width + 12))
        elif instruction.starts_line:
            line = instruction.line_number
            columns.append(("--" if line is None else str(line)).rjust(line_width))
        else:
            columns.append(" " * line_width)
        columns.append("-->" if instruction.offset == lasti else "   ")
        if show_offsets:
            columns.append(str(instruction.offset).rjust(offset_width))
        label = instruction.label
        columns.append((f"L{label}:" if label is not None else "").rjust(6))
        operands = instruction.argrepr
        if instruction.jump_target is not None:
            operands = operands.rpartition("->")[0].rstrip()
            operands += f" -> L{labels.get(instruction.jump_target, '?')}"
        columns.append(instruction.opname.ljust(24))
        columns.append(operands.strip())
        print(" ".join(columns).rstrip(), file=file)


def _position_text(positions):
    line, end_line, column, end_column = ("?" if p is None else p for p in positions)
    if column == "?":
        return str(line)
    return f"{line}:{column}-{end_line}:{end_column}"


def _print_exception_table(code, file):
    table = _dis.exception_table(code)
    if not table:
        return
    labels = _labels(code, _dis.instructions(code))
    print("ExceptionTable:", file=file)
    for start, end, handler, register in table:
        print(f"  {start} to {end} -> L{labels[handler]} [r{register}]", file=file)


def disassemble(co, lasti=-1, *, file=None, show_caches=False, adaptive=False,
                show_offsets=False, show_positions=False):
    """Print the instructions of a code object."""
    _disassemble(co, lasti, file, 0, show_offsets, show_positions)


def _disassemble(code, lasti, file, line_offset, show_offsets, show_positions):
    _print_instructions(code, lasti, file, line_offset, show_offsets, show_positions)
    _print_exception_table(code, file)


disco = disassemble


def _disassemble_recursive(code, depth, file, show_offsets, show_positions):
    _disassemble(code, -1, file, 0, show_offsets, show_positions)
    if depth is not None and depth <= 0:
        return
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            print(file=file)
            print(f"Disassembly of {constant!r}:", file=file)
            _disassemble_recursive(constant, None if depth is None else depth - 1,
                                   file, show_offsets, show_positions)


def dis(x=None, *, file=None, depth=None, show_caches=False, adaptive=False,
        show_offsets=False, show_positions=False):
    """Print the bytecode of a class, method, function, generator, code object or text.

    Without an argument, of the last traceback.  depth limits how deep code objects
    inside of code objects are followed.
    """
    if x is None:
        distb(file=file, show_offsets=show_offsets, show_positions=show_positions)
        return
    options = dict(file=file, depth=depth, show_offsets=show_offsets,
                   show_positions=show_positions)
    if isinstance(x, (bytes, bytearray)):
        raise TypeError("Krait needs a code object to disassemble, not its bytes")
    is_class_or_module = hasattr(x, "__dict__") and not hasattr(getattr(x, "__func__", x), "__code__")
    if is_class_or_module and not _has_code(x):
        for name, member in sorted(vars(x).items()):
            if _is_disassembled(member):
                print(f"Disassembly of {name}:", file=file)
                try:
                    dis(member, **options)
                except TypeError as error:
                    print("Sorry:", error, file=file)
                print(file=file)
        return
    _disassemble_recursive(_code_of(x), depth, file, show_offsets, show_positions)


def _has_code(x):
    return any(getattr(x, name, None) is not None for name in ("gi_code", "ag_code", "cr_code"))


def _is_disassembled(member):
    return isinstance(member, (types.MethodType, types.FunctionType, types.CodeType,
                               classmethod, staticmethod, type))


def distb(tb=None, *, file=None, show_caches=False, adaptive=False, show_offsets=False,
          show_positions=False):
    """Print the bytecode of a traceback's innermost frame; by default of the last one."""
    if tb is None:
        if hasattr(sys, "last_exc"):
            tb = sys.last_exc.__traceback__
        else:
            tb = getattr(sys, "last_traceback", None)
        if tb is None:
            raise RuntimeError("no last traceback to disassemble")
    while tb.tb_next:
        tb = tb.tb_next
    disassemble(tb.tb_frame.f_code, tb.tb_lasti, file=file, show_offsets=show_offsets,
                show_positions=show_positions)


class Bytecode:
    """The instructions of a piece of code: iterate over it, or take its texts."""

    def __init__(self, x, *, first_line=None, current_offset=None, show_caches=False,
                 adaptive=False, show_offsets=False, show_positions=False):
        self.codeobj = code = _code_of(x)
        self.first_line = code.co_firstlineno if first_line is None else first_line
        self._line_offset = _line_offset(code, first_line)
        self._original_object = x
        self.current_offset = current_offset
        self.show_caches = show_caches
        self.adaptive = adaptive
        self.show_offsets = show_offsets
        self.show_positions = show_positions

    def __iter__(self):
        return _instructions(self.codeobj, self._line_offset)

    def __repr__(self):
        return f"{type(self).__name__}({self._original_object!r})"

    @classmethod
    def from_traceback(cls, tb, *, show_caches=False, adaptive=False):
        """The code of a traceback's innermost frame."""
        while tb.tb_next:
            tb = tb.tb_next
        return cls(tb.tb_frame.f_code, current_offset=tb.tb_lasti,
                   show_caches=show_caches, adaptive=adaptive)

    def info(self):
        """What code_info() tells."""
        return code_info(self.codeobj)

    def dis(self):
        """What dis() prints of this code object alone."""
        lasti = -1 if self.current_offset is None else self.current_offset
        with io.StringIO() as out:
            _disassemble(self.codeobj, lasti, out, self._line_offset,
                         self.show_offsets, self.show_positions)
            return out.getvalue()


def main(args=None):
    import argparse

    parser = argparse.ArgumentParser(color=True)
    parser.add_argument("-C", "--show-caches", action="store_true", help="does nothing here")
    parser.add_argument("-O", "--show-offsets", action="store_true",
                        help="show instruction offsets")
    parser.add_argument("-P", "--show-positions", action="store_true",
                        help="show instruction positions")
    parser.add_argument("-S", "--specialized", action="store_true", help="does nothing here")
    parser.add_argument("infile", nargs="?", default="-")
    options = parser.parse_args(args=args)
    if options.infile == "-":
        name, source = "<stdin>", sys.stdin.buffer.read()
    else:
        name = options.infile
        with open(name, "rb") as file:
            source = file.read()
    dis(compile(source, name, "exec"), show_offsets=options.show_offsets,
        show_positions=options.show_positions)


if __name__ == "__main__":
    main()
