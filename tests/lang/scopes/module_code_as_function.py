import ast
import asyncio
import types

namespace = {}
types.FunctionType(compile("a = [x for x in (1, 2)][1]", "<test>", "exec"), namespace)()
print(namespace["a"])
print(types.FunctionType(compile("a + 1", "<test>", "eval"), namespace)())


async def numbers(n):
    for i in range(n):
        yield i


code = compile("b = [x async for x in numbers(3)]", "<test>", "exec",
               flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
namespace["numbers"] = numbers
asyncio.run(types.FunctionType(code, namespace)())
print(namespace["b"])
try:
    types.FunctionType(compile("a = 1", "<test>", "exec"), {})(1)
except TypeError as e:
    print(e)
