# -*- coding: latin-1 -*-
print(ascii("éü"), len("é"))
