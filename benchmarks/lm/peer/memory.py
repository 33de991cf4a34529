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


def resident():
    """What is resident now, after what can be freed was: the baseline."""
    gc.collect()
    _trim(0)
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")  # the high-water mark falls to what is resident now
    except OSError:
        pass
    return _status("VmRSS:")


def peak():
    """The high-water mark since resident()."""
    return _status("VmHWM:")
