# A scope error two functions down, below conditional blocks, is only that error.
SOURCE = """
def f():
    if x:
        def g():
            nonlocal x
"""
try:
    compile(SOURCE, "f.py", "exec")
except SyntaxError as error:
    print(error)
