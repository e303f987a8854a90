for source in ("x = 1\0", "\0", "'a\0b'"):
    try:
        exec(source)
    except SyntaxError as e:
        print(e)
try:
    exec(b"\xff = 1")
except SyntaxError as e:
    print(str(e).split(" in")[0])
