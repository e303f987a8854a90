"""Nothing written behind the end of a StringIO leaves it as it is."""

import io
s=io.StringIO("1234567890"); s.seek(11); print(s.write(''), s.tell(), repr(s.getvalue())); s.write('a'); print(repr(s.getvalue()))
