# Characters that are named by rule.
print(ascii("\N{TANGUT IDEOGRAPH-17000}\N{CJK UNIFIED IDEOGRAPH-2EBF0}\N{cjk unified ideograph-4e00}"))
print(ascii(f"{'\N{TANGUT IDEOGRAPH-18D00}'!a} \N{TANGUT IDEOGRAPH-187F7}" "\N{LF}"))
for name in "TANGUT IDEOGRAPH-187F8", "CJK UNIFIED IDEOGRAPH-04E00", "NOPE", "":
    try:
        print(eval(f'"\\N{{{name}}}"'))
    except SyntaxError as e:
        print(e)
