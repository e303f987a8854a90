import annotationlib

def f(a: missing, b: list[other.attribute], c: int): pass
print(annotationlib.get_annotations(f, format=annotationlib.Format.STRING))
forward = annotationlib.get_annotations(f, format=annotationlib.Format.FORWARDREF)
print(forward["c"], type(forward["a"]).__name__)
