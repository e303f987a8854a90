for source in ["assert not await f()", "assert [x async for x in y]", "assert {x: 1 async for x in y}"]:
    for optimize in 0, 2:
        try:
            compile(source, "<test>", "exec", optimize=optimize)
            print("fine")
        except SyntaxError as e:
            print(e.msg)
print(compile("assert x, y", "<test>", "exec", optimize=1).co_names)
