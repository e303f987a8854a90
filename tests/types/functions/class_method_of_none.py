# With an object None is as good as no class.
get = dict.__dict__["fromkeys"].__get__
for arguments in (list, None), ({}, None), (None, dict), (None, None), ({},), (5,), (None, int), ({}, int):
    try:
        print(arguments, get(*arguments)([1]))
    except TypeError as e:
        print(arguments, e)
