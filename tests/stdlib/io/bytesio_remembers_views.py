# flags: -X gcverify
"""What a BytesIO knows of its views survives collections."""

import gc
import io

for _ in range(3):
    stream = io.BytesIO(b"some bytes")
    view = stream.getbuffer()
    other = stream.getbuffer()
    gc.collect()
    lists = [[i] * 8 for i in range(2000)]
    try:
        stream.write(b"more than there was before")
    except BufferError as e:
        print(e)
    gc.collect()
    lists = [(i, str(i)) for i in range(2000)]
    view.release()
    try:
        stream.close()
    except BufferError as e:
        print(e)
    other.release()
    gc.collect()
    print(stream.write(b"more than there was before"))
    print(stream.getvalue())
    view = stream.getbuffer()
    del stream
    gc.collect()
    print(bytes(view))
    del view
    gc.collect()
