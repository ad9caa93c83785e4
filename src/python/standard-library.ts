/**
 * The modules that come with Python, of all versions from 3.9 on and all systems; those whose names begin with an underscore
 * are left out. Source: `sys.stdlib_module_names` of 3.10 to 3.13, the files of 3.9, and what is new in 3.14
 * (https://docs.python.org/3.14/whatsnew/3.14.html).
 */
export const STANDARD_LIBRARY: ReadonlySet<string> = new Set(
  [
    "abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb",
    "binascii binhex bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections",
    "colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes",
    "curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno",
    "faulthandler fcntl filecmp fileinput fnmatch formatter fractions ftplib functools gc genericpath getopt getpass",
    "gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io",
    "ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes",
    "mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator",
    "optparse os ossaudiodev parser pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix",
    "posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pyexpat queue quopri random re readline reprlib",
    "resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr",
    "socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep",
    "struct subprocess sunau symbol symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios test",
    "textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle",
    "turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg",
    "winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo",
  ].flatMap((line) => line.split(" ")),
);
