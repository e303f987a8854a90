//! Texts of `--help` and its like.

pub const USAGE: &str = "usage: krait [option] ... [-c cmd | -m mod | file | -] [arg] ...";

pub const OPTIONS: &str = "\
Options (and the environment variables that do the same):
-b     : warn when bytes and str meet in str() or a comparison (-bb: error)
-B     : write no .pyc files; PYTHONDONTWRITEBYTECODE=x
-c cmd : run this text as a program (ends the options)
-d     : debugging output of the parser; PYTHONDEBUG=x
-E     : take no notice of PYTHON* variables
-h     : print this text and exit (also -? or --help)
-i     : go on interactively after the program; PYTHONINSPECT=x
-I     : isolated from the user's environment (implies -E, -P and -s)
-m mod : run a library module as a program (ends the options)
-O     : leave out assert statements, __debug__ is False; PYTHONOPTIMIZE=x
-OO    : as -O, and leave out docstrings
-P     : do not look for modules beside the program; PYTHONSAFEPATH=x
-q     : no version message before the interactive prompt
-s     : do not add the user's site folder to sys.path; PYTHONNOUSERSITE=x
-S     : do not import site when starting
-u     : do not buffer standard output and error; PYTHONUNBUFFERED=x
-v     : report imports; PYTHONVERBOSE=x
-V     : print the version and exit (also --version); twice: more of it
-W arg : a warnings filter, action:message:category:module:lineno;
         PYTHONWARNINGS=arg
-x     : leave out the first line of the program
-X opt : an option of this implementation
--check-hash-based-pycs always|default|never:
         when to check .pyc files that carry a hash of their source
--help-env: environment variables
--help-xoptions: -X options
--help-all: all of this

Arguments:
file   : program read from a script file
-      : program read from standard input (default; interactive on a terminal)
arg ...: arguments of the program, in sys.argv[1:]
";

pub const ENVIRONMENT: &str = "\
Environment variables:
PYTHONSTARTUP           : file run before the interactive prompt
PYTHONPATH              : folders, separated by ':', to look for modules in first
PYTHONHOME              : folder with a Lib folder that replaces the embedded library
PYTHONHASHSEED          : 'random', or a number that makes hashes of strings repeatable
PYTHONINTMAXSTRDIGITS   : limit on digits in conversions between str and int
PYTHONIOENCODING        : encoding[:errors] of stdin, stdout and stderr
PYTHONPYCACHEPREFIX     : root of a tree of folders for .pyc files
PYTHONBREAKPOINT        : what breakpoint() calls; '0' for nothing
PYTHONDEVMODE           : development mode (-X dev)
PYTHONUTF8              : UTF-8 mode (-X utf8)
PYTHONNODEBUGRANGES     : -X no_debug_ranges
PYTHONWARNDEFAULTENCODING: -X warn_default_encoding

The options above that name a variable can be set by it.
";

pub const X_OPTIONS: &str = "\
Options of this implementation:
-X dev                  : development mode: more warnings and checks
-X utf8[=0|1]           : UTF-8 mode
-X int_max_str_digits=N : limit on digits in conversions between str and int
-X pycache_prefix=PATH  : root of a tree of folders for .pyc files
-X thread_inherit_context=[0|1]: new threads start with a copy of the creator's context
-X context_aware_warnings=[0|1]: warnings.catch_warnings concerns its context alone
-X no_debug_ranges      : tracebacks do not mark the part of a line that failed
-X warn_default_encoding: warn where the locale's encoding is used
-X opcount              : print how often each opcode was executed, at exit
-X gcstress[=N]         : a collection at every N-th allocation
-X gcverify             : check the whole heap at every collection
";
