"""Krait's opcodes: names, numbers, and what kinds of operands they have."""

import _opcode
from _opcode import stack_effect
from _opcode_metadata import HAVE_ARGUMENT, MIN_INSTRUMENTED_OPCODE, opmap
from _opcode_metadata import _specializations, _specialized_opmap

__all__ = ["cmp_op", "stack_effect", "hascompare", "opname", "opmap",
           "HAVE_ARGUMENT", "EXTENDED_ARG", "hasarg", "hasconst", "hasname",
           "hasjump", "hasjrel", "hasjabs", "hasfree", "haslocal", "hasexc"]

# Operands are wide enough: no opcode extends that of the next instruction.
EXTENDED_ARG = -1

opname = [f"<{number}>" for number in range(max(opmap.values()) + 1)]
for _name, _number in opmap.items():
    opname[_number] = _name
del _name, _number

cmp_op = ("<", "<=", "==", "!=", ">", ">=")


def _having(test):
    return [number for number in opmap.values() if test(number)]


hasarg = _having(_opcode.has_arg)
hasconst = _having(_opcode.has_const)
hasname = _having(_opcode.has_name)
hasjump = _having(_opcode.has_jump)
hasjrel = hasjump
hasjabs = []
hasfree = _having(_opcode.has_free)
haslocal = _having(_opcode.has_local)
hasexc = _having(_opcode.has_exc)
hascompare = [opmap[name] for name in ("LT", "LE", "EQ", "NE", "GT", "GE") if name in opmap]

_intrinsic_1_descs = _opcode.get_intrinsic1_descs()
_intrinsic_2_descs = _opcode.get_intrinsic2_descs()
_special_method_names = _opcode.get_special_method_names()
_nb_ops = _opcode.get_nb_ops()
_cache_format = {}
_inline_cache_entries = {}
