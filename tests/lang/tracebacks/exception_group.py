# exit: 1
def make(i):
    try:
        raise ValueError(f"number {i}")
    except ValueError as e:
        return e

raise ExceptionGroup("several", [make(1), make(2), ExceptionGroup("nested", [TypeError("t")])])
