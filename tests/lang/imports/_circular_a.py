import _circular_b
x = "x of a"
