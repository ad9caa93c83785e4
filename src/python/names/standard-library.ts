// The top-level modules of Python's standard library, except private ones. Source: `sys.stdlib_module_names` of CPython
// 3.10 to 3.13, the files of 3.9, and additions and removals since (https://docs.python.org/3/whatsnew/).
// `test/python.test.ts` and `test/missing-package.test.ts` compare.

/** Modules that every Python from 3.9 to 3.14 has on every system. */
const ALWAYS =
  "abc argparse array ast asyncio atexit base64 bdb binascii bisect builtins cProfile calendar cmath cmd code codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg csv dataclasses datetime decimal difflib dis doctest email encodings enum errno faulthandler filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob gzip hashlib heapq hmac html http imaplib importlib inspect io ipaddress itertools json keyword linecache locale logging mailbox marshal math mimetypes mmap modulefinder multiprocessing netrc ntpath numbers operator optparse os pathlib pdb pickle pickletools pkgutil platform plistlib poplib posixpath pprint profile pstats py_compile pyclbr pydoc pyexpat queue quopri random re reprlib rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtplib socket socketserver ssl stat statistics string stringprep struct subprocess symtable sys sysconfig tabnanny tarfile tempfile textwrap threading time timeit token tokenize trace traceback tracemalloc types typing unicodedata unittest urllib uuid warnings wave weakref webbrowser wsgiref xml xmlrpc zipapp zipfile zipimport zlib";

/** Modules that only some versions or systems have, or that builds and distributions may omit. */
const SOMETIMES =
  "aifc annotationlib antigravity asynchat asyncore audioop binhex bz2 cgi cgitb chunk compression crypt ctypes curses dbm distutils ensurepip fcntl formatter graphlib grp idlelib imghdr imp lib2to3 lzma mailcap msilib msvcrt nis nntplib nt nturl2path opcode ossaudiodev parser pipes posix pty pwd readline resource smtpd sndhdr spwd sqlite3 sre_compile sre_constants sre_parse sunau symbol syslog telnetlib termios test this tkinter tomllib tty turtle turtledemo uu venv winreg winsound xdrlib zoneinfo";

let always: ReadonlySet<string> | undefined;
let sometimes: ReadonlySet<string> | undefined;

/**
 * Whether a name is certainly a top-level module of the standard library, which takes precedence over files of the
 * repository.
 */
export function isStandardModule(name: string): boolean {
  always ??= new Set(ALWAYS.split(" "));
  return always.has(name);
}

/** Whether a name is a top-level module of the standard library in any Python from 3.9 on. */
export function mayBeStandardModule(name: string): boolean {
  sometimes ??= new Set(SOMETIMES.split(" "));
  return sometimes.has(name) || isStandardModule(name);
}
