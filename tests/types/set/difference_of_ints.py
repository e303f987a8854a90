# The difference of sets of ints has the order that adding one by one gives, also where ints are in each
# other's way or the set grows.
dense = set(range(60))
print(list(dense - {3, 4, 5}))
print(list(dense - set(range(55))))
print(list(dense - dense))

crowded = {x * 32 for x in range(12)}
print(list(crowded - {64}))
print(list(frozenset(crowded) - {1, 2, 3}))

mixed = {1, 2, "a", 3.5, 2**70}
print(len(mixed - {1, 2}), sorted(map(str, mixed - {1})))


class Odd:
    def __hash__(self):
        return 5

    def __eq__(self, other):
        print("asked")
        return True


print(set(range(8)) - {Odd()})
