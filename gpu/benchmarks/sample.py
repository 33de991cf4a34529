"""sample: ours, and PyTorch by a sort, as transformers' logits warpers and vLLM's first sampler do.

The aim on an H200: at least 2 times PyTorch at 64 rows of 152 k logits with top-p.
"""

import torch
from harness import operator
from result import record
from timing import milliseconds, peak_bytes


def eager(logits, temperature=1.0, top_p=1.0, top_k=0):
    """Sorts, drops, draws; also the log-prob of the draw before the filters."""
    logits = logits.float() / temperature
    logprobs = logits.log_softmax(-1)
    if top_k:
        least = logits.topk(top_k, -1).values[:, -1:]
        logits = logits.masked_fill(logits < least, -torch.inf)
    if top_p < 1:
        sorted_, order = logits.sort(-1, descending=True)
        probabilities = sorted_.softmax(-1)
        dropped = probabilities.cumsum(-1) - probabilities >= top_p
        logits = logits.masked_fill(dropped.scatter(-1, order, dropped), -torch.inf)
    ids = torch.multinomial(logits.softmax(-1), 1)
    return ids.squeeze(-1), logprobs.gather(-1, ids).squeeze(-1)


def run():
    cases = {
        "top-p": {"top_p": 0.95},
        "temperature alone": {"temperature": 0.8},
        "top-k and top-p": {"top_k": 50, "top_p": 0.95},
    }
    for rows in (1, 64, 256):
        for dtype in (torch.float32, torch.bfloat16):
            logits = (3 * torch.randn(rows, 151936, device="cuda")).to(dtype)
            for name, options in cases.items():
                case = f"sample, {rows} x 151936, {str(dtype)[6:]}, {name}"
                functions = (lambda: operator("sample")(logits, seed=1, **options), lambda: eager(logits, **options))
                ours, other = milliseconds(*functions, rounds=20, warmup=3)
                record(case, "time", "ms", ours, other, "sort-based PyTorch")
                mine, theirs = (peak_bytes(function) for function in functions)
                record(case, "extra memory", "MB", mine / 1e6, theirs / 1e6, "sort-based PyTorch")
