from __future__ import barry_as_FLUFL
print(1 <> 2, "a != b", 3 <> 3)
for source in ("1 != 2", "2 <> 3", "from __future__ import barry_as_FLUFL; 2 != 3", "from __future__ import barry_as_FLUFL; 2 <> 3"):
    try:
        print(eval(compile(source, "<s>", "exec")))
    except SyntaxError as e:
        print(e, e.offset)
