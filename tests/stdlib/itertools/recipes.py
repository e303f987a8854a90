from itertools import *
print(list(chain("ab", [1])), list(islice(count(5, 2), 3)), list(zip_longest("ab", "c", fillvalue="-")), list(product("ab", repeat=2))[:3], list(permutations([1, 2, 3], 2))[:4], list(combinations("abc", 2)), list(combinations_with_replacement("ab", 2)))
print(list(accumulate([1, 2, 3], lambda a, b: a * b, initial=1)), [(k, list(g)) for k, g in groupby("aabbc")], list(takewhile(lambda x: x < 3, count())), list(dropwhile(lambda x: x < 3, range(5))), list(starmap(pow, [(2, 3), (3, 2)])), list(compress("abc", [1, 0, 1])), list(pairwise("abc")), list(batched("abcde", 2)), list(filterfalse(lambda x: x % 2, range(5))), list(repeat(1, 2)), list(islice(cycle("ab"), 5)))
a, b = tee(iter("xyz")); next(a)
print(list(a), list(b), list(chain.from_iterable(["ab", "c"])))
