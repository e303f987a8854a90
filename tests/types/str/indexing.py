s = "héllo wörld 😀!"
print(s[0], s[1], s[-2], s[1:5], s[::-1], s[::2], s[-5:], s[5:2], s[100:], len(s))
for i in (50, -50, "a", None):
    try:
        s[i]
    except Exception as e:
        print(type(e).__name__, e)
t = "ä" * 1000 + "x" + "日" * 1000
print(t[1000], t[999], t[1001], t[995:1003], t.index("x"), t.find("日日", 1500))
