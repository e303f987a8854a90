import types
for owner, name in [(property, "fget"), (complex, "real"), (range, "start"), (slice, "stop"),
                    (types.FunctionType, "__globals__"), (types.CodeType, "co_name"),
                    (types.TracebackType, "tb_frame"), (OSError, "errno"), (float, "real"),
                    (types.FunctionType, "__name__")]:
    print(owner.__name__, name, type(owner.__dict__[name]).__name__, owner.__dict__[name])
for v, name in [(property(), "fget"), (1j, "real"), (range(3), "start"), (slice(1), "stop"), (1.5, "real")]:
    try:
        setattr(v, name, 1)
    except AttributeError as e:
        print(e)
