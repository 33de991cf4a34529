"""The most memory that this process had resident, beyond what it had before."""

import ctypes
import gc

try:
    _trim = ctypes.CDLL("libc.so.6").malloc_trim
except (AttributeError, OSError):  # not glibc
    _trim = lambda _: None


def _status(key):
    with open("/proc/self/status", encoding="ascii") as file:
        for line in file:
            if line.startswith(key):
                return int(line.split()[1]) * 1024
    return 0


def measure(work):
    """Returns what `work` returns, and its peak of resident bytes beyond those before it."""
    gc.collect()
    _trim(0)  # what malloc keeps of freed memory would hide that it is used again
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")  # the high-water mark falls to what is resident now
    except OSError:
        return work(), None
    before = _status("VmRSS:")
    result = work()
    return result, max(0, _status("VmHWM:") - before)
