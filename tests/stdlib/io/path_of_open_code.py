# `open_code` wants its path to be text.

import io

for path in 5.5, 5, None, [], b"x":
    try:
        io.open_code(path)
    except TypeError as e:
        print(e)
