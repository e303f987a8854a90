def first[T](items: list[T]) -> T:
    return items[0]
class Box[T, *Ts, **P]:
    def get[U](self, x: U) -> T: return x
print(first([1]), first.__type_params__, Box.__type_params__, Box[int, str, [int]])
print(Box.get.__type_params__, Box.__orig_bases__, [type(p).__name__ for p in Box.__type_params__])
def bounded[T: int, U: (int, str), V = bool](): pass
T, U, V = bounded.__type_params__
print(T.__bound__, U.__constraints__, V.__default__, T.has_default())
