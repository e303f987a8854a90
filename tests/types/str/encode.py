print("aé😀".encode(), "é".encode("latin-1"), "é".encode("ascii", "replace"), "é😀".encode("ascii", "xmlcharrefreplace"), "é".encode("ascii", "backslashreplace"), "é".encode("ascii", "ignore"), "a".encode("utf-16"), "a😀".encode("utf-16-le"), "a".encode("utf-32-be"), "\udc80".encode("utf-8", "surrogateescape"))
for f in (lambda: "é".encode("ascii"), lambda: "\ud800".encode(), lambda: "x".encode("no-such"), lambda: "é日".encode("latin-1"), lambda: "é".encode("ascii", "bad")):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
