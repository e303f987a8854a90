from pprint import pprint
pprint({"key": list(range(30)), "b": {"nested": ("tuple", "of", "things" * 5), "more": "x" * 60}, 1: {2}}, width=60)
