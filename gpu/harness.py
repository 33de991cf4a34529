"""Parity checks: an operator on a device against the CPU's and against a float64 twin.

A module of gpu/parity declares them:

    @check("a masked token's NaN reaches nothing", size=SIZES)
    def _(device, size): ...

Each combination of the keyword lists is one check. `device` is "cuda", or "cpu" where the frame itself
is tried out. An AssertionError is a failure, `skip("why")` leaves a check out, aloud.
"""

import itertools
import math
import re
import traceback

import torch

# As native/tests/cases.h: empty, one, around a warp, off by one from a power of two, many blocks.
SIZES = (0, 1, 31, 32, 33, 1023, 4096)

checks = []


class Skipped(Exception):
    """Why a check does not apply here."""


def check(sentence, **cases):
    """Declares a check; its name is the sentence and the case: `sentence [size=31, mask=none]`."""

    def declare(function):
        for values in itertools.product(*cases.values()):
            case = dict(zip(cases, values))
            shown = ", ".join(f"{name}={value}" for name, value in case.items())
            checks.append((f"{sentence} [{shown}]" if shown else sentence, function, case))
        return function

    return declare


def skip(reason):
    raise Skipped(reason)


def operator(name):
    """`torch.ops.querl.<name>`; the check is skipped where this build has no such operator."""
    try:
        return getattr(torch.ops.querl, name)
    except AttributeError:
        skip(f"this build has no operator querl::{name}")


def close(actual, expected, tolerance, what):
    """Asserts |actual - expected| <= tolerance * max(1, |expected|) everywhere, NaNs at the same places.

    :param actual: a tensor or number, from whichever device and dtype
    :param expected: the same shape, best in float64
    """
    actual = torch.as_tensor(actual).detach().double().cpu()
    expected = torch.as_tensor(expected).detach().double().cpu()
    assert actual.shape == expected.shape, f"{what}: shape {tuple(actual.shape)}, not {tuple(expected.shape)}"
    same = (actual == expected) | (actual.isnan() & expected.isnan())
    error = (actual - expected).abs() / expected.abs().clamp(min=1)
    error = torch.where(same, torch.zeros_like(error), error).nan_to_num(nan=math.inf)
    if error.numel() == 0 or error.max() <= tolerance:
        return
    at = tuple(int(i) for i in torch.unravel_index(error.argmax(), error.shape))
    raise AssertionError(
        f"{what}{list(at) if at else ''}: {actual[at].item():.9g}, not {expected[at].item():.9g} "
        f"(off by {error.max():.2g}, allowed {tolerance:.2g}; "
        f"{int((error > tolerance).sum())} of {error.numel()} are)"
    )


def same_bits(first, second, what):
    """Asserts that two tensors, or sequences of them, hold the same bits."""
    for one, other in zip(tensors(first), tensors(second)):
        equal = bytes_of(one).equal(bytes_of(other))
        assert equal, f"{what}: two runs of the same input differ"


def bytes_of(tensor):
    return tensor.cpu().contiguous().reshape(-1).view(torch.uint8)


def tensors(values):
    return [values] if isinstance(values, torch.Tensor) else [v for v in values if isinstance(v, torch.Tensor)]


def poison(device):
    """Fills freed memory with NaN, so that what an operator leaves unwritten shows."""
    if device == "cuda":
        blocks = [torch.full((1 << 22,), math.nan, device=device) for _ in range(8)]
        blocks += [torch.full((n,), math.nan, device=device) for n in (128, 1024, 8192) for _ in range(8)]
        del blocks


def run_checks(device, only=""):
    """Runs the declared checks whose name matches; returns the numbers of (passed, failed, skipped)."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    skipped = {}
    for name, function, case in checks:
        if not re.search(only, f"{function.__module__} {name}"):
            continue
        try:
            torch.manual_seed(0)
            poison(device)
            function(device, **case)
            if device == "cuda":
                torch.cuda.synchronize()
            counts["passed"] += 1
        except Skipped as reason:
            counts["skipped"] += 1
            skipped.setdefault(str(reason), []).append(name)
        except Exception as error:  # whatever a kernel makes torch throw is a failure of this check
            counts["failed"] += 1
            print(f"FAILED {function.__module__}: {name}")
            shown = str(error) if isinstance(error, AssertionError) else traceback.format_exc()
            print("  " + shown.strip().replace("\n", "\n  "), flush=True)
    for reason, names in skipped.items():
        print(f"skipped {len(names)}: {reason}")
    return counts
