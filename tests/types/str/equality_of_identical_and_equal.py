# Equality of texts: the same object, equal ones, other lengths, and instances of subclasses.
def fresh(text):
    return "".join(list(text))


def compare(a, b):
    jumps = []
    if a == b:
        jumps.append("eq")
    if not a == b:
        jumps.append("not eq")
    if a != b:
        jumps.append("ne")
    if not a != b:
        jumps.append("not ne")
    print(a == b, a != b, jumps)


word = "word"
compare(word, word)
compare(word, fresh("word"))
compare(fresh("word"), fresh("word"))
compare(word, "ward")
compare(fresh("word"), fresh("ward"))
compare(word, "words")
compare("", fresh(""))
compare("a", "ab"[0])
compare("é", fresh("éa")[0])
compare("a", "b")
compare("a", b"a")
compare("1", 1)
compare("a", None)


class Sub(str):
    __hash__ = str.__hash__

    def __eq__(self, other):
        return "sub eq"

    def __ne__(self, other):
        return []


s = Sub("word")
compare(s, s)
compare(s, word)
compare(word, s)
