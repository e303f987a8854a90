print(int | str, int | None, (int | str) == (str | int), isinstance(5, int | None), int | list[int], (int | str).__args__, list[int].__origin__, list[int].__args__, list[int]([1]), dict[str, int] == dict[str, int], tuple[int, ...])
try:
    int | 5
except TypeError as e:
    print(e)
