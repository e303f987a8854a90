# Only a tuple proper holds several members.
import typing


class T(tuple):
    pass


print(typing.Union[int, str], typing.Union[(int, str)], typing.Union.__class_getitem__(T((1, 2))))
