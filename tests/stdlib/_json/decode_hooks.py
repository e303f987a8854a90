# Hooks of the decoder.
import json

print(json.loads('{"a":1,"a":{"b":2}}', object_pairs_hook=list))
print(json.loads('[{"a":1},{}]', object_hook=lambda d: ("hook", d)))
print(json.loads('[1.5,2,NaN,-Infinity]', parse_float=lambda s: ("f", s), parse_int=lambda s: ("i", s), parse_constant=lambda s: ("c", s)))
keys = [k for d in json.loads('[{"key": 1}, {"key": 2}, {"k\\u0065y": 3}]') for k in d]
print(keys, keys[0] is keys[1])
print(json.loads('"tab\there"', strict=False))
