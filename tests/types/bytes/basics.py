b = b"hello\x00\xff"
print(b, b[0], b[1:3], b[::-1], list(b[:3]), len(b), b + b"x", b * 2, 104 in b, b"ell" in b, b.hex(), b.hex(":"), bytes.fromhex("00 ff"), bytes(3), bytes([1, 2]), bytes("é", "utf-8"))
for f in (lambda: bytes([256]), lambda: bytes("a"), lambda: bytes(-1), lambda: b + "a", lambda: b"\xff".decode(), lambda: bytes.fromhex("0g"), lambda: b[10], lambda: 300 in b, lambda: "a" in b, lambda: bytes(1.5)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
