class Alias:
    def __mro_entries__(self, bases):
        print("bases", len(bases))
        return (list,)
class C(Alias()): pass
print(C.__bases__, C.__orig_bases__[0].__class__.__name__)
