import unicodedata as u
print(u.name("é"), u.lookup("SNOWMAN"), u.category("A"), u.bidirectional("א"), u.normalize("NFD", "é") == "e\u0301", u.normalize("NFKC", "ﬁ①"), u.numeric("½"), u.decimal("5"), u.digit("²"), u.combining("\u0301"), u.east_asian_width("日"), u.mirrored("("), u.decomposition("é"), u.unidata_version, u.is_normalized("NFC", "é"))
for f in (lambda: u.name("\x00"), lambda: u.lookup("NO SUCH"), lambda: u.decimal("a"), lambda: u.normalize("X", "a")):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
