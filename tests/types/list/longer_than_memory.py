"""What says that it is longer than memory is refused before the first item is asked for."""

class Long:
    def __iter__(self):
        return self

    def __next__(self):
        raise SystemExit("asked for an item")

    def __length_hint__(self):
        return 1 << 61


for make in (lambda: list(range(1 << 61)), lambda: sorted(range(1 << 61)), lambda: list(Long()),
             lambda: [0] * (1 << 60), lambda: bytes(1 << 62), lambda: "a" * (1 << 62)):
    try:
        make()
    except (MemoryError, OverflowError) as e:
        print(type(e).__name__)
