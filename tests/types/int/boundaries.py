for shift in (30, 31, 60, 61, 62, 63, 64, 127, 128):
    for d in (-1, 0, 1):
        v = (1 << shift) + d
        print(v, -v, v * v, v + v, v - 1, hash(v), hash(-v), v.bit_length(), v // 3, -v % 1000)
