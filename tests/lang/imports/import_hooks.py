import sys, importlib.abc, importlib.util
class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name.startswith("virtual"):
            return importlib.util.spec_from_loader(name, self)
    def create_module(self, spec): return None
    def exec_module(self, module): module.value = module.__name__ * 2
sys.meta_path.insert(0, Finder())
import virtual_x
print(virtual_x.value, virtual_x.__spec__.name)
import importlib
print(importlib.reload(virtual_x) is virtual_x, importlib.import_module("virtual_y").value)
