# What SHA-3 objects say of their sponge, and the other name of the data.
import _sha3

for name in 'sha3_224', 'sha3_256', 'sha3_384', 'sha3_512', 'shake_128', 'shake_256':
    h = getattr(_sha3, name)()
    print(name, h.block_size, h.digest_size, h._capacity_bits, h._rate_bits, h._suffix)
print(_sha3.shake_128(b'x').digest(4))
