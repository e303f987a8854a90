# Programs see the order of the builtins: of equally near names the first is suggested.
import builtins
import traceback

shell = {"open", "quit", "exit", "copyright", "credits", "license", "help"}
print([name for name in vars(builtins) if name not in shell])
for name in "xin", "max_", "mox", "nax":
    try:
        eval(name)
    except NameError as e:
        print(traceback.format_exception_only(e)[0], end="")
