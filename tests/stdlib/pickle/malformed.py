# Every opcode on a stack or an input that does not fit it.
import pickle

for data in [
    b"", b"N", b"0.", b"(0.", b"1.", b"2.", b"a.", b"e.", b"(e.", b"Q.", b"Pab\n.", b"P\xff\n.",
    b"R.", b"NR.", b"N)R.", b"b.", b"Nb.", b"NNb.", b"d.", b"(Nd.", b"s.", b"NNs.", b"NNNs.",
    b"(Nu.", b"}(Nu.", b"N(Nu.", b"N(NNu.", b"h\0.", b"g5\n.", b"gx\n.", b"p0\n.", b"Np-1\n.",
    b"Npx\n.", b"q\0.", b"t.", b"l.", b"\x81.", b"N)\x81.", b"NN\x81.", b"cbuiltins\nint\nN\x81.",
    b"N)}\x92.", b"cbuiltins\nint\nN}\x92.", b"cbuiltins\nint\n)N\x92.", b"\x85.", b"N\x86.",
    b"NN\x87.", b"\x80\x09.", b"\x80", b"Ix\n.", b"I01\n.", b"I00\n.", b"I5", b"Lx\n.", b"L5L\n.",
    b"L\n.", b"Fx\n.", b"F1e5\n.", b"Sx\n.", b"S'a\n.", b"S'a\\n'\n.", b"T\xff\xff\xff\xff",
    b"T\1\0\0\0a.", b"U\1\xff.", b"\x8b\xff\xff\xff\xff.", b"\x8a\x01\xff.", b"\x8a\x00.",
    b"\x8e" + b"\xff" * 8 + b".", b"\x8d" + b"\xff" * 8 + b".", b"\x96" + b"\xff" * 8 + b".",
    b"\x95" + b"\xff" * 8 + b".", b"\x95\x05" + b"\0" * 7 + b"N.", b"\x97.", b"\x98.", b"N\x98.",
    b"\x93.", b"NN\x93.", b"cnosuchmod\nx\n.", b"cbuiltins\nnosuch\n.",
    b"\x80\x04\x8c\x08builtins\x8c\x05a.b.c\x93.", b"\x80\x04\x8c\x08builtins\x8c\x07int.foo\x93.",
    b"\x82\x00.", b"\x82\x05.", b"\x84\xff\xff\xff\xff.", b"\xfe.", b"\x01.", b"z.", b"\x90.",
    b"]\x90.", b"](N\x90.", b"(Nibuiltins\nint\n.", b"(cbuiltins\nint\nNo.", b"(o.", b"o.",
    b"ibuiltins\nint\n.", b"\x8c\x01\xff.", b"Vab\\u20ac\n.", b"NNa.", b"]Na.", b"NN(a.", b"(N2.",
    b"N(.", b"N(0.", b"J\0", b"\x94.", b"N\x940h\0.",
]:
    try:
        print(data, repr(pickle.loads(data)))
    except Exception as e:
        print(data, type(e).__name__, e)
# A frame within a frame, and a value that begins in a frame and ends behind it.
for inner in (b"N\x95" + b"\0" * 8 + b"NN", b"N\x8c"):
    data = b"\x80\x04\x95" + len(inner).to_bytes(8, "little") + inner + b"\x01a."
    try:
        print(data, pickle.loads(data))
    except pickle.UnpicklingError as e:
        print(data, e)
for data in (b"S' ' \n.", b"S'a'\r\n."):
    try:
        print(data, pickle.loads(data))
    except pickle.UnpicklingError as e:
        print(data, e)
