import hashlib, hmac, zlib, binascii, base64
for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256"):
    print(name, hashlib.new(name, b"abc").hexdigest())
h = hashlib.sha256(b"a"); h.update(b"bc")
print(h.hexdigest() == hashlib.sha256(b"abc").hexdigest(), h.digest_size, h.name, hmac.new(b"k", b"m", "sha256").hexdigest())
print(zlib.crc32(b"abc"), zlib.adler32(b"abc"), binascii.hexlify(b"\xff"), base64.b64encode(b"hello"), base64.b64decode("aGVsbG8="), zlib.decompress(zlib.compress(b"x" * 1000)) == b"x" * 1000)
