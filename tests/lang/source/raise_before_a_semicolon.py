# `raise` needs nothing behind it.
import ast

for source in "raise ;", "raise; x = 3", "def f():\n  try: x\n  except: raise; y", "raise;raise x from y;", "raise + ;":
    try:
        print(ast.dump(ast.parse(source), include_attributes=True))
        compile(source, "", "exec")
    except SyntaxError as e:
        print(source, e.msg)


def again():
    try:
        1 / 0
    except ZeroDivisionError: raise; print("not here")


try:
    again()
except ZeroDivisionError as e:
    print(e)
