# Decimals of floats, also in the middle between two and at the ends of what integers hold.
import hashlib
import struct

state = 12345


def bits():
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
    return state


def text(x):
    return "|".join([f"{x:.{n}f}" for n in (0, 1, 2, 3, 6, 10, 17, 19, 20, 25)] + [f"{x:.1%}", "%.2f" % x, str(round(x, 2))])


h = hashlib.sha256()
for _ in range(3000):
    x = struct.unpack("<d", struct.pack("<Q", bits()))[0]
    if x == x and abs(x) < 1e40:
        h.update(text(x).encode())
    h.update(text((bits() >> 30) / 1000.0).encode())
    h.update(text((bits() % 10**6) / 64.0).encode())
    h.update(text(float(bits())).encode())
print(h.hexdigest())
for x in (0.5, 1.5, 2.5, 0.125, 0.375, 2.675, 1e15 + 0.5, 2.0**63, 2.0**64, 1.8446744073709552e19, 5e-324, 1e-17, 0.1, -0.0, -0.04, 1e22, 123456789.125):
    print(text(x))
print(f"{-0.04:z.1f} {1234567.891:,.2f} {3.0:#.0f} {3.7:.0f} {1.5:010.2f} {1.5:<9.1f}|{1.5:^+9.1f}|{float('nan'):.2f} {float('-inf'):.1f}")
