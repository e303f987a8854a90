print(0x_ff, 0o17, 0b1010, 1_000_000, 1e3, 1_0.5e-1_0, .5, 5., 3j, 1e400, 0xdeadbeefcafebabedeadbeef)
print("\x41\u00e9\U0001F600\N{SNOWMAN}\101\a\\\'" == 'A\xe9\U0001f600☃A\x07\\\'', r"\n", b"\x00\xff\n", rb"\x00")
print("a" "b" 'c', """triple
line""", '''q"q''', "cont\
inued", u"u", ascii("\ud800"))
print(..., None, True, (), [], {}, {1}, (1,), -0.0, 1 - 0j, -0j)
