# The closest of the candidates, if close enough.
from _suggestions import _generate_suggestions as closest

for names, wrong in [
    (["F"], "f"),
    (["id"], "d"),
    (["xy", "y"], "y"),
    (["x", "X"], "x"),
    (["foobar", "foobaz"], "foobay"),
    (["foobaz", "foobar"], "foobay"),
    (["abcd"], "abdc"),
    (["aB", "abc"], "ab"),
    ([], "x"),
    (["name" * 11], "name" * 11 + "x"),
    (["fo"] * 749, "foo"),
    (["fo"] * 750, "foo"),
    (["é"], "è"),
]:
    print(wrong, closest(names, wrong))

for arguments in [(("x",), "y"), (["x", 1], "y"), (["x"], 1), (["x"],)]:
    try:
        closest(*arguments)
    except TypeError as error:
        print(error)
