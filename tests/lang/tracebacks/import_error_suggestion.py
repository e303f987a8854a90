# exit: 1
from _names import contianer
