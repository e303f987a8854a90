# Only ASCII's digits count, in Python's own implementation too.
import _datetime
import _pydatetime

for module in _datetime, _pydatetime:
    for text in "2020-12-12T0\u0665:02:03", "2020-12-12T01:02:03+0\u0665:00", "202\u0660-12-12", "20201212T0102\u0663\u0664":
        try:
            print(module.datetime.fromisoformat(text))
        except ValueError as e:
            print(e if module is _datetime else "ValueError")
