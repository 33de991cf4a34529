"""The peers of benchmarks/kernels, driven line by line: one JSON object in, one out.

prepare: builds a case's inputs and, where it is to be warm, calls it once: that compiles it.
round:   calls it `repeats` times; the seconds of one call, and the peak of memory if asked for.
check:   what the last call computed, or what is right about `arguments`.
release: forgets the case.
"""

import gc
import json
import os
import sys
import time
import traceback

import torch

import inputs
import memory
from adamw import AdamW, GlobalNorm
from attention import VarlenAttention
from gae import Gae
from logprobs import LinearLogprobs, LogitsLogprobs
from masked_ppo import MaskedPpo
from sample import Sample

KERNELS = {
    "adamw": AdamW,
    "gae": Gae,
    "globalNorm": GlobalNorm,
    "linearLogprobs": LinearLogprobs,
    "logitsLogprobs": LogitsLogprobs,
    "maskedPpo": MaskedPpo,
    "sample": Sample,
    "varlenAttention": VarlenAttention,
}
# What is written to standard output by others must not come between the answers.
answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
cases = {}
last_kernel = None


def prepare(name, kernel, variant, sizes, threads, warm):
    global last_kernel
    if kernel != last_kernel:
        inputs.forget()
    last_kernel = kernel
    torch.set_num_threads(threads)
    torch.compiler.reset()
    case = KERNELS[kernel](sizes, variant)
    start = time.perf_counter()
    if warm:
        case.run()
    cases[name] = case
    return {"seconds": time.perf_counter() - start}


def round(name, threads, repeats, with_memory):
    torch.set_num_threads(threads)
    run = cases[name].run
    cases[name].forget()
    seconds = 0.0

    def work():
        nonlocal seconds
        start = time.perf_counter()
        for _ in range(repeats):
            run()
        seconds = (time.perf_counter() - start) / repeats

    peak = memory.measure(work)[1] if with_memory else work()
    return {"seconds": seconds, "peakBytes": peak}


def check(name, arguments):
    return {"values": cases[name].check(**arguments)}


def release(name):
    del cases[name]
    torch.compiler.reset()
    return {}


def answer(value):
    print(json.dumps(value), file=answers, flush=True)


answer({"versions": {"torch": torch.__version__, "python": sys.version.split()[0]}})
gc.freeze()  # what was imported is not looked through again at every collection
CALLS = {"prepare": prepare, "round": round, "check": check, "release": release}
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer(CALLS[request.pop("call")](**request))
    except Exception as error:  # the suite says what failed, and goes on with the next case
        traceback.print_exc()
        answer({"error": f"{type(error).__name__}: {error}".split("\n")[0]})
