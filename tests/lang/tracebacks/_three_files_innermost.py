def innermost(data, key):
    try:
        return data[key] + 1
    except KeyError:
        raise
