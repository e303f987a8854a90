# Messages and positions of JSONDecodeError, from the scanner and from scanstring.
import json
from json.decoder import scanstring

def show(f, *args):
    try:
        print(ascii(args), "->", ascii(f(*args)))
    except Exception as e:
        print(ascii(args), type(e).__name__, ascii(e.args))

for s in ['"abc', '"a\nb"', '"a\\x"', '"a\\u12"', '"\\ud800"', '"\\ud834\\udd20"', '"\\ud834\\u0041"', '"a\\', '"\\u 123"', '"é\\u12"']:
    show(scanstring, s, 1, True)
show(scanstring, "abc", 5)
show(scanstring, "abc", -1)
show(scanstring, b"abc", 1)
show(scanstring, 'a\nb"', 0, False)
for s in ['', '{', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{a', '[', '[1', '[1,', '[1,]', 'nul', '-', '-I', '1.', '01', '1 2',
          'é', '{"é":x', '[1 2]', '{1:2}', '["é",x]', '-Infinity', 'NaN', ' [1 , {"a" : 2 } ] ', '12345678901234567890', '1E400']:
    show(json.loads, s)
scan = json.JSONDecoder().scan_once
show(scan, "", 0)
show(scan, "1", -1)
show(scan, "éé1", 2)
show(scan, b"1", 0)
for nested in ("[" * 100000, '{"a":' * 100000):
    try:
        json.loads(nested)
    except RecursionError:
        print("RecursionError")
