# sub and subn: literals, templates, functions, errors.
import re

def show(f, *args, **kwargs):
    try:
        print(ascii(f(*args, **kwargs)))
    except Exception as e:
        print(type(e).__name__, e)

text = "a1b22c333"
show(re.sub, r"\d+", "#", text)
show(re.sub, r"\d+", r"<\g<0>>", text, count=2)
show(re.sub, r"(\d)(\d)?", r"[\2\1]", text)
show(re.subn, r"\d", lambda m: None, text)
show(re.sub, r"\d", lambda m: str(int(m[0]) + 1), text)
show(re.sub, r"\d", lambda m: 5, text)
show(re.sub, r"x", lambda m: 5, text)
show(re.sub, r"\d", b"x", text)
show(re.sub, rb"\d", b"\\x", b"1")
show(re.sub, rb"\d", bytearray(b"<\\g<0>>"), b"a1")
show(re.sub, r"", "-", "abc")
show(re.sub, r"\b", "|", "ab é")
show(re.sub, r"(?P<a>x)", r"\g<b>", "x")
show(re.sub, r"(x)", r"\2", "x")
show(re.sub, r"é", "日", "caféé" * 3)
unchanged = "no digits"
show(lambda: re.sub(r"\d", "", unchanged) is unchanged)
class S(str): pass
show(lambda: type(re.sub("q", "", S("abc"))).__name__)
show(re.sub, r"\n", r"\\n\t", "a\nb")
