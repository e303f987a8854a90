# What is called or subscripted in vain is marked itself, not the whole expression.
import warnings

warnings.simplefilter("error")
for source in "f([1](2))", "x.y[1] + (1)[3]", "'a'[1.5]", "x is 1", "(\n[1]\n)(2)", "(lambda: 1)[2]", "1 + (x for x in y)(2)":
    try:
        compile(source, "source", "exec")
    except SyntaxError as e:
        print(repr(source), e.args)
