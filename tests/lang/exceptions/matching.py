class A(Exception): pass
class B(A): pass
for error in (A, B, ValueError("v"), KeyError):
    try:
        raise error
    except (B, KeyError) as e:
        print("tuple", type(e).__name__)
    except A:
        print("A")
    except:
        print("bare")
try:
    try:
        raise ValueError
    except "not a class":
        pass
except TypeError as e:
    print(e)
