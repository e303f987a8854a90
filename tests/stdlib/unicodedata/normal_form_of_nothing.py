# The empty text is in every form, even in one that is none.
import unicodedata

print(repr(unicodedata.normalize("no form", "")), unicodedata.is_normalized("no form", ""))
