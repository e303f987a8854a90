type Pair[T] = tuple[T, T]
type Recursive = list[Recursive] | int
print(Pair, Pair.__value__, Pair[int], Pair.__type_params__, Pair.__name__)
print(Recursive.__value__)
type Lazy = undefined_name
try:
    Lazy.__value__
except NameError as e:
    print(e)
