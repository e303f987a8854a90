from .. import sub as itself
from ..  import value as root_value
from . import helper
name = __name__
parent_value = helper()
