import gc
saved = []
class C:
    def __del__(self):
        print("del")
        saved.append(self)
c = C()
del c
gc.collect()
print(len(saved))
saved.clear()
gc.collect()
print(len(saved))
