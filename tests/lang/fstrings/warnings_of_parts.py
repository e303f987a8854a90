# Each part of the text that a doubled brace ends has its own warning, and so has each escaped brace.
import warnings

for source in r"f'\d{{\d'", r"f'\d{1}\d'", r"f'\d{1:\d}\d'", r"f'\{1}\{2}'", r"rf'\{1}'", r"f'\{{\d'":
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compile(source, "<string>", "eval")
    print(source, [str(w.message)[:5] for w in caught])
