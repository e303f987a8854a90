# flags: -W error
try:
    exec(r'"\d"')
except SyntaxError as e:
    print(e.msg)
try:
    exec("1 is 1")
except SyntaxError as e:
    print(e.msg)
