# The names of groups are a view, without any an empty dict.
import re

print(re.compile("(?P<a>)").groupindex, re.compile("").groupindex)
