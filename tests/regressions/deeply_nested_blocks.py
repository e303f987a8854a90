source = ""
for i in range(15):
    source += "    " * i + f"for x{i} in [1]:\n"
source += "    " * 15 + "print('inside')\n"
exec(source)
source = ""
for i in range(90):
    source += " " * i + "if True:\n"
exec(source + " " * 90 + "print('deep')")
try:
    source = ""
    for i in range(25):
        source += " " * i + "for x in [1]:\n"
    exec(source + " " * 25 + "pass")
except SyntaxError as e:
    print(e.msg)
