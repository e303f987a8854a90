# PEP 765: a statement that leaves a finally block; not in a loop or function inside of it. The
# warnings come even if the program has an error that is found later.
import warnings


def show(source):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compile(source, "f.py", "exec")
        except SyntaxError as error:
            print(error)
    print([(w.lineno, str(w.message)) for w in caught])


FINALLY = " try: pass\n finally:\n"
show("def f():\n" + FINALLY + "  return 1")
show("def f():\n" + FINALLY + "  for x in y: return 1")
show("def f():\n" + FINALLY + "  while x: return 1\n  else: return 2")
show("async def f():\n" + FINALLY + "  async for x in y: return")
show("def f():\n match a:\n  case _:\n   try: pass\n   finally:\n    return 1")
show("for x in y:\n" + FINALLY + "  if x: break\n  elif y: continue\n  else: break")
show("for x in y:\n" + FINALLY + "  with x: continue")
show("for x in y:\n" + FINALLY + "  def f(): return 1")
show("for x in y:\n" + FINALLY + "  try: break\n  except: continue\n  else: break\n  finally: break")
show("def f():\n" + FINALLY + "  return 1\n nonlocal a")
show("def f():\n" + FINALLY + "  return 1\nreturn 2")
show("def f():\n x is 1\n class c: return 2")
