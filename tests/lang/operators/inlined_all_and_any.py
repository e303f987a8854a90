import builtins

saved = builtins.all, builtins.any, builtins.tuple
builtins.all = builtins.any = builtins.tuple = lambda x: "mine"
results = [all(x for x in [0]), any(x for x in [1]), tuple(x for x in [2])]
builtins.all, builtins.any, builtins.tuple = saved
print(results, all(x for x in [0]), any(x for x in [1]), tuple(x for x in [2]))
