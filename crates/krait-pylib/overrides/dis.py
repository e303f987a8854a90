"""Disassembler of Krait's bytecode.

The instructions are those of a register machine; the register that an
instruction writes comes first: ADD r5, r1, r2 means r5 = r1 + r2.
"""

import collections
import io
import sys
import types

import _opcode
from opcode import *
from opcode import __all__ as _opcodes_all

__all__ = ["code_info", "dis", "disassemble", "distb", "disco",
           "findlinestarts", "findlabels", "show_code",
           "get_instructions", "Instruction", "Bytecode"] + _opcodes_all
del _opcodes_all

_have_code = (types.MethodType, types.FunctionType, types.CodeType,
              classmethod, staticmethod, type)

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


def pretty_flags(flags):
    """Names of the flags in co_flags."""
    bits = [1 << i for i in range(32) if flags >> i & 1]
    return ", ".join(COMPILER_FLAG_NAMES.get(bit, hex(bit)) for bit in bits) or "0x0"


Positions = collections.namedtuple(
    'Positions', ['lineno', 'end_lineno', 'col_offset', 'end_col_offset'],
    defaults=[None] * 4)

_Instruction = collections.namedtuple(
    '_Instruction',
    ['opname', 'opcode', 'arg', 'argval', 'argrepr', 'offset', 'start_offset',
     'starts_line', 'line_number', 'label', 'positions', 'cache_info'],
    defaults=[None, None, None])


class Instruction(_Instruction):
    """One instruction.

    arg is a tuple of the three operands, argval the operand that stands for
    an object of the program (constant, name) or the target of a jump, and
    argrepr the operands as they are printed.
    """

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
        return self.offset

    @property
    def end_offset(self):
        return self.offset

    @property
    def jump_target(self):
        """Offset that the instruction may jump to, None if it does not."""
        return self.argval if self.opcode in _jumps else None

    @property
    def is_jump_target(self):
        return self.label is not None

    def __str__(self):
        return f'{self.opname:<22} {self.argrepr}'.rstrip()


_jumps = frozenset(hasjump)


def _code_of(x):
    """The code object that x is or has."""
    x = getattr(x, '__func__', x)
    for attribute in '__code__', 'gi_code', 'ag_code', 'cr_code':
        if hasattr(x, attribute):
            x = getattr(x, attribute)
            break
    if isinstance(x, str):
        x = _compile(x, '<disassembly>')
    if isinstance(x, types.CodeType):
        return x
    raise TypeError(f"don't know how to disassemble {type(x).__name__} objects")


def _compile(source, name):
    try:
        return compile(source, name, 'eval')
    except SyntaxError:
        return compile(source, name, 'exec')


def _labels(co):
    """Numbers of the offsets that are jumped to or delimit handlers."""
    offsets = {row[4] for row in _opcode._instructions(co) if row[4] is not None}
    for start, end, target, _ in _opcode._exception_table(co):
        offsets |= {start, end, target}
    return {offset: n for n, offset in enumerate(sorted(offsets), 1)}


def _instructions(co, line_offset=0):
    labels = _labels(co)
    last_line = False
    for offset, number, operands, text, target, value, place in _opcode._instructions(co):
        positions = Positions(*place)
        line = positions.lineno
        starts_line = line is not last_line and line != last_line
        last_line = line
        if line is not None:
            line += line_offset
        if target is not None:
            text = text.rpartition('-> ')[0] + f'-> L{labels[target]}'
            value = target
        yield Instruction(opname[number], number, operands, value, text, offset,
                          offset, starts_line, line, labels.get(offset), positions, None)


def get_instructions(x, *, first_line=None, show_caches=None, adaptive=False):
    """Iterate over the instructions of a function, method, code object or source text."""
    co = _code_of(x)
    shift = 0 if first_line is None else first_line - co.co_firstlineno
    return _instructions(co, shift)


def code_info(x):
    """What is known of a code object, as text."""
    co = _code_of(x)
    rows = [("Name", co.co_name), ("Filename", co.co_filename),
            ("Argument count", co.co_argcount),
            ("Positional-only arguments", co.co_posonlyargcount),
            ("Kw-only arguments", co.co_kwonlyargcount),
            ("Number of locals", co.co_nlocals),
            ("Stack size", co.co_stacksize),
            ("Flags", pretty_flags(co.co_flags))]
    lines = [f'{name + ":":<18} {value}' for name, value in rows]
    groups = [("Constants", map(repr, co.co_consts)), ("Names", co.co_names),
              ("Variable names", co.co_varnames), ("Free variables", co.co_freevars),
              ("Cell variables", co.co_cellvars)]
    for title, values in groups:
        items = [f'{i:4d}: {value}' for i, value in enumerate(values)]
        if items:
            lines += [title + ":", *items]
    return "\n".join(lines)


def show_code(co, *, file=None):
    """Print what is known of a function, method or code object."""
    print(code_info(co), file=file)


def dis(x=None, *, file=None, depth=None, show_caches=False, adaptive=False,
        show_offsets=False, show_positions=False):
    """Disassemble classes, modules, functions and other compiled objects.

    Without argument, the last traceback.
    """
    options = dict(show_offsets=show_offsets, show_positions=show_positions)
    if x is None:
        distb(file=file, **options)
    elif isinstance(x, str):
        _recursive(_compile(x, '<dis>'), file, depth, options)
    elif hasattr(x, '__dict__') and isinstance(x, (type, types.ModuleType)):
        for name, value in sorted(x.__dict__.items()):
            if isinstance(value, _have_code):
                print(f"Disassembly of {name}:", file=file)
                try:
                    dis(value, file=file, depth=depth, **options)
                except TypeError as error:
                    print("Sorry:", error, file=file)
                print(file=file)
    elif isinstance(x, (bytes, bytearray)):
        raise TypeError("bytes hold no instructions of their own here: disassemble the code object")
    else:
        _recursive(_code_of(x), file, depth, options)


def _recursive(co, file, depth, options):
    disassemble(co, file=file, **options)
    if depth is None or depth > 0:
        for value in co.co_consts:
            if isinstance(value, types.CodeType):
                print(f"\nDisassembly of {value!r}:", file=file)
                _recursive(value, file, None if depth is None else depth - 1, options)


def distb(tb=None, *, file=None, show_caches=False, adaptive=False,
          show_offsets=False, show_positions=False):
    """Disassemble the code of a traceback (default: the last one)."""
    if tb is None:
        try:
            tb = sys.last_exc.__traceback__ if hasattr(sys, 'last_exc') else sys.last_traceback
        except AttributeError:
            raise RuntimeError("no last traceback to disassemble") from None
    while tb.tb_next:
        tb = tb.tb_next
    disassemble(tb.tb_frame.f_code, tb.tb_lasti, file=file,
                show_offsets=show_offsets, show_positions=show_positions)


def _place(instruction, show_positions):
    p = instruction.positions
    if p.lineno is None:
        return '--'
    if show_positions:
        return '{}:{}-{}:{}'.format(p.lineno, p.col_offset, p.end_lineno, p.end_col_offset)
    return str(instruction.line_number)


def disassemble(co, lasti=-1, *, file=None, show_caches=False, adaptive=False,
                show_offsets=False, show_positions=False, _line_offset=0):
    """Disassemble a code object."""
    rows = list(_instructions(co, _line_offset))
    places = [_place(i, show_positions) for i in rows]
    width = max([3, *map(len, places)])
    previous = None
    for n, (instruction, place) in enumerate(zip(rows, places)):
        new = place != previous if show_positions else instruction.starts_line
        if new and n and not show_positions:
            print(file=file)
        previous = place
        label = f'L{instruction.label}:' if instruction.label else ''
        end = rows[n + 1].offset if n + 1 < len(rows) else sys.maxsize
        parts = [place.rjust(width) if new else ' ' * width,
                 f'{label:>6}',
                 '-->' if instruction.offset <= lasti < end else '   ']
        if show_offsets:
            parts.append(f'{instruction.offset:>5}')
        parts.append(str(instruction))
        print(' '.join(parts).rstrip(), file=file)
    table = _opcode._exception_table(co)
    if table:
        labels = _labels(co)
        print("ExceptionTable:", file=file)
        for start, end, target, register in table:
            print(f"  L{labels[start]} to L{labels[end]} -> L{labels[target]} [r{register}]", file=file)


disco = disassemble


def findlabels(code):
    """Offsets that are jump targets in a code object."""
    return sorted({row[4] for row in _opcode._instructions(_code_of(code)) if row[4] is not None})


def findlinestarts(code):
    """Pairs of offset and line where a line starts; the line may be None."""
    last = False
    for start, _, line in code.co_lines():
        if line is not last:
            last = line
            yield start, line


def _find_imports(co):
    """Triples of name, level and fromlist of the import statements in the code."""
    constants = {}
    for offset, number, operands, _, _, value, _ in _opcode._instructions(co):
        if opname[number] == 'IMPORT_NAME':
            level, names = constants.get(operands[1], 0), constants.get(operands[1] + 1)
            yield co.co_names[operands[2]], level, names
        elif opname[number].startswith('LOAD_'):
            constants[operands[0]] = value


def _find_store_names(co):
    """Names of variables that module code writes."""
    for row in _opcode._instructions(co):
        if opname[row[1]] in ('STORE_NAME', 'STORE_GLOBAL'):
            yield row[5]


class Bytecode:
    """The instructions of a piece of code: iterate over it, or call dis()."""

    def __init__(self, x, *, first_line=None, current_offset=None,
                 show_caches=False, adaptive=False, show_offsets=False, show_positions=False):
        self.codeobj = co = _code_of(x)
        self.first_line = co.co_firstlineno if first_line is None else first_line
        self.current_offset = current_offset
        self.show_caches = show_caches
        self.adaptive = adaptive
        self.show_offsets = show_offsets
        self.show_positions = show_positions
        self._original_object = x

    def __iter__(self):
        return _instructions(self.codeobj, self.first_line - self.codeobj.co_firstlineno)

    def __repr__(self):
        return f"{type(self).__name__}({self._original_object!r})"

    @classmethod
    def from_traceback(cls, tb, *, show_caches=False, adaptive=False):
        """The code of a traceback's last frame."""
        while tb.tb_next:
            tb = tb.tb_next
        return cls(tb.tb_frame.f_code, current_offset=tb.tb_lasti)

    def info(self):
        """What is known of the code object, as text."""
        return code_info(self.codeobj)

    def dis(self):
        """The disassembly as text."""
        with io.StringIO() as out:
            lasti = -1 if self.current_offset is None else self.current_offset
            disassemble(self.codeobj, lasti, file=out, show_offsets=self.show_offsets,
                        show_positions=self.show_positions,
                        _line_offset=self.first_line - self.codeobj.co_firstlineno)
            return out.getvalue()


def main(args=None):
    import argparse

    parser = argparse.ArgumentParser(color=True)
    parser.add_argument('-C', '--show-caches', action='store_true',
                        help='accepted; inline caches are not shown')
    parser.add_argument('-O', '--show-offsets', action='store_true',
                        help='show instruction offsets')
    parser.add_argument('-P', '--show-positions', action='store_true',
                        help='show source positions')
    parser.add_argument('-S', '--specialized', action='store_true',
                        help='accepted; code is shown as it was compiled')
    parser.add_argument('infile', nargs='?', default='-')
    args = parser.parse_args(args=args)
    if args.infile == '-':
        name, source = '<stdin>', sys.stdin.buffer.read()
    else:
        name = args.infile
        with open(name, 'rb') as f:
            source = f.read()
    dis(compile(source, name, "exec"), show_offsets=args.show_offsets,
        show_positions=args.show_positions)


if __name__ == "__main__":
    main()
