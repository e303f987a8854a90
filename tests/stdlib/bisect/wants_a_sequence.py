# What is searched has to be a sequence.
import bisect


class Mapping:
    def __len__(self):
        return 3

    def __getitem__(self, index):
        return index


for a in {1: 2}, {1}, 5, Mapping(), "abc", range(5), vars(int), {}.keys():
    for f in lambda: bisect.bisect(a, 1), lambda: bisect.insort(a, 1, 0, 0):
        try:
            print(f())
        except (TypeError, AttributeError) as e:
            print(e)
