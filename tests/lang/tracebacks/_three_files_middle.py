from _three_files_innermost import innermost


def middle(data):
    values = [innermost(data, key)
              for key in ("a", "b")]
    return sum(values)
