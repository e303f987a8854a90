raise ImportError("not these encodings")
