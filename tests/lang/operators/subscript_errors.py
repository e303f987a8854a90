for expression in ("5[0]", "None[0]", "[1]['a']", "(1,)[2]", "'abc'[1.0]", "{}[[]]", "{1}[0]", "int.x[0]",
                   "[1, 2][5]", "''[0]", "b'a'[3]", "range(3)[9]", "print[0]", "[1][1 << 100]"):
    try:
        eval(expression)
    except Exception as e:
        print(expression, type(e).__name__, e)
for statement in ("(1,)[0] = 1", "'a'[0] = 'b'", "5[0] = 1", "[1][3] = 1", "{}[{}] = 1"):
    try:
        exec(statement)
    except Exception as e:
        print(statement, type(e).__name__, e)
