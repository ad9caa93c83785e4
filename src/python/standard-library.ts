// The modules of Python's standard library that every Python from 3.9 to 3.14 has on every machine.
// Source: `sys.stdlib_module_names` of CPython, without private names, without those that came or went in between
// (https://docs.python.org/3/whatsnew/), and without those that builds and distributions leave out. `test/python.test.ts` compares.
const NAMES =
  "abc argparse array ast asyncio atexit base64 bdb binascii bisect builtins cProfile calendar cmath cmd code codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg csv dataclasses datetime decimal difflib dis doctest email encodings enum errno faulthandler filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob gzip hashlib heapq hmac html http imaplib importlib inspect io ipaddress itertools json keyword linecache locale logging mailbox marshal math mimetypes mmap modulefinder multiprocessing netrc ntpath numbers operator optparse os pathlib pdb pickle pickletools pkgutil platform plistlib poplib posixpath pprint profile pstats py_compile pyclbr pydoc pyexpat queue quopri random re reprlib rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtplib socket socketserver ssl stat statistics string stringprep struct subprocess symtable sys sysconfig tabnanny tarfile tempfile textwrap threading time timeit token tokenize trace traceback tracemalloc types typing unicodedata unittest urllib uuid warnings wave weakref webbrowser wsgiref xml xmlrpc zipapp zipfile zipimport zlib";

let known: ReadonlySet<string> | undefined;

/** Whether the standard library has a top-level module of this name: Python finds it before a file of the repository. */
export function isStandardModule(name: string): boolean {
  known ??= new Set(NAMES.split(" "));
  return known.has(name);
}
