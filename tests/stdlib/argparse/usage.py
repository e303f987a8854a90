# exit: 2
import argparse
p = argparse.ArgumentParser(prog="tool", description="What it does.")
p.add_argument("file"); p.add_argument("-n", "--number", type=int, default=3, help="a number"); p.add_argument("-v", action="store_true")
print(p.parse_args(["x", "-n", "5", "-v"]))
p.print_help()
p.parse_args(["-n", "abc", "f"])
