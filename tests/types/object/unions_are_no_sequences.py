from typing import TypeVar
u = int | str
for text in ("a, b = u", "[*u]", "print(*u)", "bytes(u)", "''.join(u)", "list(u)", "reversed(u)", "super(int, u)", "t'' + u", "t'' + 1",
             "TypeVar('T').__typing_prepare_subst__(list[int], (1,))"):
    try:
        exec(text)
    except Exception as e:
        print(text, "!!", type(e).__name__, e)
