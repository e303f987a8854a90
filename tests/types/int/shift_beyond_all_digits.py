# Shifts to the left whose result has more digits than can be counted.
for count in 2**63 - 1, 2**63, 2**70:
    for value in 1, 0, -5, 2**70:
        try:
            print(value << count)
        except OverflowError as e:
            print(e)
        print(value >> count)
