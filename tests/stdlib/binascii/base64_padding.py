# Padding inside base64 data: skipped, or refused in strict mode.
import binascii
import itertools

for n in range(6):
    for text in itertools.product(b'ab=\n', repeat=n):
        text = bytes(text)
        if text.count(b'=') == 0:
            continue
        for strict in False, True:
            try:
                r = binascii.a2b_base64(text, strict_mode=strict)
            except binascii.Error as e:
                r = e
            print(text, strict, repr(r))

for text in b'', b' ', b'!', b'#86)C':
    try:
        print(binascii.a2b_uu(text))
    except binascii.Error as e:
        print(repr(e))
