container = 1
