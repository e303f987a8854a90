import _circular_a
import _circular_b
print(_circular_b.message)
print(_circular_b.attribute)
