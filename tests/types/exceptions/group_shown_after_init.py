# A group shows its exceptions as a list while its second and last argument is one, of whatever class.
class SubList(list):
    def __repr__(self):
        return "SubList"


class SubTuple(tuple):
    def __repr__(self):
        return "SubTuple"


for given in [ValueError(1)], (ValueError(1),), SubList([ValueError(1)]), SubTuple([ValueError(1)]):
    print(ExceptionGroup("g", given))
    for arguments in ("m", [1]), ("m", (1,)), ("m",), (), ("m", [1], 2), ("m", SubList()):
        group = ExceptionGroup("g", given)
        group.__init__(*arguments)
        print(repr(group), group.args)
