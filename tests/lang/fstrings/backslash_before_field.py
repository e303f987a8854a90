import warnings

for source in [r"f'\{6*7}'", r"f'\{6*7} \z'", r"f'\\{6*7}'", r"rf'\{6*7}'", r"f'a\{1}b\{2}'"]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        print(eval(source))
    print([str(w.message)[:28] for w in caught])
