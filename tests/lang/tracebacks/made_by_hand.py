import sys
import types

tb = types.TracebackType(None, sys._getframe(), 1, 2)
print(tb.tb_lasti, tb.tb_lineno, tb.tb_next)
