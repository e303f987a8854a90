try:
    assert 1 == 2, "message"
except AssertionError as e:
    print(e, e.args)
try:
    assert []
except AssertionError as e:
    print(repr(e))
assert True, 1 / 0
