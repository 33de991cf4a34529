"""Times of work on the device, and the rates that this very device reaches."""

import functools
import statistics

import torch


class Samples(float):
    """The median of a repeated measurement, as a number; `samples` are all of them."""

    def __new__(cls, samples):
        self = super().__new__(cls, statistics.median(samples))
        self.samples = sorted(samples)
        return self


def milliseconds(*functions, rounds=30, warmup=5):
    """The time of each function, as Samples, all interleaved, by events on the current stream.

    Before each call the cache is emptied, as in training, where a step lies between two calls: what is
    measured is device memory, not L2.
    """
    trash = torch.empty(1 << 28, dtype=torch.uint8, device="cuda")  # 268 MB, above any L2
    times = [[] for _ in functions]
    for round_ in range(rounds + warmup):
        for function, taken in zip(functions, times):
            trash.fill_(round_ & 127)
            start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            start.record()
            function()
            end.record()
            end.synchronize()
            if round_ >= warmup:
                taken.append(start.elapsed_time(end))
    return [Samples(taken) for taken in times]


def peak_bytes(function):
    """The most memory that LibTorch's allocator held above what it held before."""
    torch.cuda.synchronize()
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    result = function()
    torch.cuda.synchronize()
    peak = torch.cuda.max_memory_allocated() - before
    del result
    return peak


@functools.lru_cache(None)
def copy_bandwidth():
    """Bytes per second, read and written, of a device-to-device copy of 2 GiB."""
    source = torch.empty(1 << 31, dtype=torch.uint8, device="cuda").random_()
    target = torch.empty_like(source)
    (taken,) = milliseconds(lambda: target.copy_(source), rounds=10)
    return 2 * source.numel() / (taken / 1e3)


@functools.lru_cache(None)
def gemm_rate():
    """bf16 FLOP per second of an 8192 x 8192 x 8192 product of random numbers."""
    a, b = (torch.randn(8192, 8192, device="cuda", dtype=torch.bfloat16) for _ in range(2))
    (taken,) = milliseconds(lambda: a @ b, rounds=10)
    return 2 * 8192**3 / (taken / 1e3)
