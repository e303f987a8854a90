# Every name that types.py gets from _types stands for the type it says.
import _types, types

def function(): pass
def generator(): yield
async def coroutine(): pass
async def async_generator(): yield

c = coroutine()
print(isinstance(function, types.FunctionType), types.LambdaType is types.FunctionType)
print(isinstance(generator(), types.GeneratorType), isinstance(c, types.CoroutineType), isinstance(async_generator(), types.AsyncGeneratorType))
c.close()
print(isinstance(function.__code__, types.CodeType), isinstance(len, types.BuiltinFunctionType))
try:
    1 / 0
except ZeroDivisionError as e:
    print(isinstance(e.__traceback__, types.TracebackType), isinstance(e.__traceback__.tb_frame, types.FrameType))
print(types.CapsuleType.__name__, types.NoneType, types.UnionType is type(int | str))
print(sorted(n for n in vars(_types) if not n.startswith("_")))
