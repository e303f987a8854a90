"""Import of the library that is embedded in the executable.

The library seems to lie in one folder of sys.path, which does not exist. The
class below is the finder of that folder's entries and the loader of what it
finds; _imp holds the data.
"""

import _imp
import _frozen_importlib_external as _external
from _frozen_importlib import ModuleSpec, _call_with_frames_removed

ROOT = _imp._library_root()


class EmbeddedImporter:
    """Path entry finder and loader for the embedded library."""

    def __init__(self, path):
        if path != ROOT and not path.startswith(ROOT + '/'):
            raise ImportError('not a folder of the embedded library', path=path)
        self.path = path
        self._package = path[len(ROOT) + 1:].replace('/', '.')

    def __repr__(self):
        return f'<EmbeddedImporter for {self.path!r}>'

    def __eq__(self, other):
        return isinstance(other, EmbeddedImporter) and self.path == other.path

    def __hash__(self):
        return hash(self.path)

    # ---- Finder -----------------------------------------------------------

    def find_spec(self, fullname, target=None):
        tail = fullname.rpartition('.')[2]
        name = f'{self._package}.{tail}' if self._package else tail
        found = _imp._library_find(name)
        if found is None:
            return None
        path, is_package = found
        loader = self if name == fullname else _Renamed(self.path, name)
        spec = ModuleSpec(fullname, loader, origin=path, is_package=is_package)
        if is_package:
            spec.submodule_search_locations.append(path.rpartition('/')[0])
        spec.has_location = True
        return spec

    def invalidate_caches(self):
        pass

    def iter_modules(self, prefix=''):
        """What pkgutil.iter_modules() asks for."""
        for name, is_package in _imp._library_children(self._package):
            yield prefix + name, is_package

    # ---- Loader -----------------------------------------------------------

    def _name(self, fullname):
        if _imp._library_find(fullname) is None:
            raise ImportError(f'{fullname!r} is not in the embedded library', name=fullname)
        return fullname

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        code = self.get_code(module.__spec__.name)
        _call_with_frames_removed(exec, code, module.__dict__)
        if module.__name__ == 'linecache':
            _show_main_source(module)

    def is_package(self, fullname):
        return _imp._library_find(self._name(fullname))[1]

    def get_filename(self, fullname):
        return _imp._library_find(self._name(fullname))[0]

    def get_code(self, fullname):
        return _imp._library_code(self._name(fullname))

    def get_source(self, fullname):
        return _external.decode_source(_imp._library_source(self._name(fullname)))

    def get_data(self, path):
        data = _imp._library_data(path)
        if data is None:
            raise OSError(2, 'No such file or directory', path)
        return data

    def get_resource_reader(self, fullname):
        return None


class _Renamed(EmbeddedImporter):
    """Loader of a module that is imported under another name than its own."""

    def __init__(self, path, name):
        super().__init__(path)
        self._own_name = name

    def _name(self, fullname):
        return self._own_name


def _show_main_source(linecache):
    """Tracebacks show lines of -c too."""
    main = _imp._main_source()
    if main is not None:
        name, text, code = main
        linecache._register_code(code, text, name)


def path_hook(path):
    return EmbeddedImporter(path)
