def f():
    g()
def g():
    raise ValueError
try:
    f()
except ValueError as e:
    tb = e.__traceback__
while tb:
    print(tb.tb_lineno, tb.tb_frame.f_code.co_name, tb.tb_frame.f_lineno)
    tb = tb.tb_next
