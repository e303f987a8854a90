for cookie in "utf8", "UTF_8", "utf-8-sig", "u8", "latin-1":
    try:
        exec(compile(b"\xef\xbb\xbf#coding: " + cookie.encode() + b"\nprint('fine')", "<test>", "exec"))
    except SyntaxError as e:
        print(e.msg, e.lineno, e.offset)
