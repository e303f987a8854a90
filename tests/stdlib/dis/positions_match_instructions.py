import dis


def f(a, b):
    with a as c:
        return [x.y(b, k=1) for x in c if x > 3]


positions = iter(f.__code__.co_positions())
for instruction in dis.get_instructions(f, show_caches=False):
    mine = next(positions)
    assert mine == tuple(instruction.positions), (instruction, mine)
    for _, size, _ in instruction.cache_info or ():
        for _ in range(size):
            next(positions)
print(next(positions, "all seen"))
