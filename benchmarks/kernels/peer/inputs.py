"""The same numbers as ../inputs.ts: a hash of the index, so that no file goes between the two.

Variants and sizes of a kernel share them: what changes its inputs takes a clone.
"""

import functools

import numpy as np
import torch

BLOCK = 1 << 22  # elements at a time, so that temporaries stay small


def _mix(x):
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE35)
    x ^= x >> np.uint32(16)
    return x


def _bits(seed, start, count):
    index = np.arange(start, start + count, dtype=np.uint32)
    return _mix(_mix(index) ^ np.uint32(seed * 0x9E3779B1 & 0xFFFFFFFF))


def _fill(count, dtype, block):
    out = np.empty(count, dtype=dtype)
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        out[start : start + size] = block(start, size)
    return torch.from_numpy(out)


@functools.cache
def normal(seed, count, mean, deviation):
    """float32, nearly normal: the four bytes of a hash added up, and a second hash below them."""

    def block(start, n):
        b = _bits(seed, start, n)
        total = (b & 255) + ((b >> 8) & 255) + ((b >> 16) & 255) + (b >> 24)
        fine = _bits(seed + 7919, start, n) * 2.0**-32
        return mean + (total.astype(np.float64) + fine - 510.5) * (deviation / 147.80)

    return _fill(count, np.float32, block)


@functools.cache
def integers(seed, count, bound):
    """int64 in [0, bound)."""
    return _fill(count, np.int64, lambda start, n: _bits(seed, start, n) % bound)


@functools.cache
def flags(seed, count, share):
    """uint8: 1 for about this share."""
    return _fill(count, np.uint8, lambda start, n: _bits(seed, start, n) < share * 2**32)


def forget():
    """Frees what no case holds any more."""
    for made in (normal, integers, flags):
        made.cache_clear()
