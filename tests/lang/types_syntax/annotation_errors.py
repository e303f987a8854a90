for p in ["", "class X: ", "def f(): ", "async def f(): "]:
    for x in ["(yield)","(yield from x)","(y := 3)","(__debug__ := 3)","(await 42)","[y async for y in x]","{y: y async for y in x}", "(y async for y in x)", "(lambda: (yield))"]:
      for tgt in "(x)", "x", "x.y", "x[(yield)]":
        for fut in "","from __future__ import annotations\n":
            src=fut+p+tgt+": "+x
            try: compile(src,"s","exec")
            except SyntaxError as e: print(src,e)
            else: print(src,"ok")
