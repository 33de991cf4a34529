"""The peers of benchmarks/lm, driven line by line: one JSON object in, one out.

What each call computes is in eager.py, generation.py and training.py.
"""

import gc
import json
import os
import sys
import traceback

import torch
import transformers

import eager
import generation
import training

# What is written to standard output by others must not come between the answers.
answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def answer(value):
    print(json.dumps(value), file=answers, flush=True)


versions = {"torch": torch.__version__, "transformers": transformers.__version__}
answer({"versions": {**versions, "python": sys.version.split()[0]}})
gc.freeze()  # what was imported is not looked through again at every collection
transformers.logging.set_verbosity_error()
CALLS = {
    name: getattr(module, name)
    for module, names in [
        (eager, ["load_eager", "decode_eager"]),
        (generation, ["load", "decode", "samples", "turns", "logprobs"]),
        (training, ["prepare", "losses", "step"]),
    ]
    for name in names
}
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer(CALLS[request.pop("call")](**request))
    except Exception as error:  # the suite says what failed
        traceback.print_exc()
        answer({"error": f"{type(error).__name__}: {error}".split("\n")[0]})
