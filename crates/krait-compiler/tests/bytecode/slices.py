def read(x, i, j, k):
    x[i:j]
    x[:j]
    x[i:j:k]
    x[j::-1]
    x[1:2]
    x[i:j, k]


def write(x, i, j, k, v):
    x[i:j] = v
    x[i:] = v
    x[i:j:k] = v
    x[1:] = v
    x[i:j] += v
    del x[i:j]
