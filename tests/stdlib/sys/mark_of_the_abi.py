# Whether folders have a mark for free threading is the same question everywhere.
import site
import sys
import sysconfig

mark = "t" if "t" in sys.abiflags else ""
print(sysconfig.get_config_var("abi_thread") == mark)
paths = sysconfig.get_paths("posix_prefix")
print(all(f".{sys.version_info.minor}{mark}/" in paths[key] + "/" for key in ("purelib", "platlib")))
print(f".{sys.version_info.minor}{mark}/" in site.getusersitepackages() + "/")
