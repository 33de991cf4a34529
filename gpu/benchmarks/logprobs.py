"""logitsLogprobs and linearLogprobs, forward and backward: ours, eager PyTorch as veRL writes it, torch.compile
of that, and Liger-Kernel's fused linear cross-entropy where it is installed.

The aims on an H200: linearLogprobs at least 2 times eager, 390 TFLOP/s forward in bfloat16, a quarter of
eager's memory.
"""

import torch
from harness import operator
from result import record
from timing import copy_bandwidth, gemm_rate, milliseconds, peak_bytes

# Qwen2.5-0.5B, -3B and -7B: hidden size and vocabulary.
HEADS = ((896, 151936), (2048, 151936), (3584, 152064))
TOKENS = 4096


def eager_scores(logits, targets):
    """logprobs_from_logits (its form for bfloat16 without flash-attention) and entropy_from_logits of veRL."""
    logprobs = torch.log_softmax(logits, -1).gather(-1, targets.unsqueeze(-1)).squeeze(-1)
    probabilities = torch.softmax(logits, -1)
    entropies = torch.logsumexp(logits, -1) - (probabilities * logits).sum(-1)
    return logprobs, entropies


def eager_linear(hidden, head, targets):
    return eager_scores((hidden @ head.t()).float(), targets)


def run():
    for dtype in (torch.bfloat16, torch.float32):
        measure_logits(1024, 151936, dtype)
    for width, vocab in HEADS:
        measure_linear(TOKENS, width, vocab, torch.bfloat16, 1.0)
    measure_linear(TOKENS, HEADS[0][0], HEADS[0][1], torch.bfloat16, 0.4)
    measure_linear(TOKENS, HEADS[0][0], HEADS[0][1], torch.float32, 1.0)


def short(dtype):
    return {torch.bfloat16: "bf16", torch.float32: "fp32"}[dtype]


def measure_logits(tokens, vocab, dtype):
    case = f"logitsLogprobs, T {tokens}, V {vocab}, {short(dtype)}"
    leaf = torch.randn(tokens, vocab, device="cuda", dtype=dtype).requires_grad_()
    targets = torch.randint(vocab, (tokens,), device="cuda")
    dl, de = torch.randn(2, tokens, device="cuda")
    compiled = torch.compile(eager_scores, dynamic=False)

    def step(function):
        def run_once():
            leaf.grad = None
            logprobs, entropies = function(leaf, targets)
            (logprobs * dl + entropies * de).sum().backward()

        return run_once

    steps = {
        "ours": step(operator("logits_logprobs")),
        "eager PyTorch": step(lambda x, y: eager_scores(x.float(), y)),
        "torch.compile": step(lambda x, y: compiled(x.float(), y)),
    }
    compare(case, "time forward and backward", steps)
    forward = lambda: operator("logits_logprobs")(leaf.detach(), targets)  # noqa: E731
    (taken,) = milliseconds(forward)
    moved = leaf.numel() * leaf.element_size() / (taken / 1e3)
    record(case, "forward's share of copy bandwidth", "1", moved / copy_bandwidth(), better="higher")


def measure_linear(tokens, width, vocab, dtype, kept):
    """`kept`: the share of tokens that count; the others are ignored, as a search agent's documents are."""
    case = f"linearLogprobs, T {tokens}, D {width}, V {vocab}, {short(dtype)}" + (
        "" if kept == 1 else f", {kept:.0%} of the tokens"
    )
    hidden = torch.randn(tokens, width, device="cuda", dtype=dtype).requires_grad_()
    head = (torch.randn(vocab, width, device="cuda", dtype=dtype) / width**0.5).requires_grad_()
    targets = torch.randint(vocab, (tokens,), device="cuda")
    counts = torch.arange(tokens, device="cuda") < kept * tokens
    own_targets = torch.where(counts, targets, -100)
    dl, de = torch.randn(2, tokens, device="cuda") * counts
    compiled = torch.compile(eager_linear, dynamic=False)

    def step(function, own):
        def run_once():
            hidden.grad = head.grad = None
            logprobs, entropies = function(hidden, head, own)
            (logprobs * dl + entropies * de).sum().backward()

        return run_once

    steps = {
        "ours": step(operator("linear_logprobs"), own_targets),
        "eager PyTorch": step(eager_linear, targets),
        "torch.compile": step(compiled, targets),
    }
    compare(case, "time forward and backward", steps)
    with torch.no_grad():
        flops = 2 * kept * tokens * width * vocab
        taken, other = milliseconds(
            lambda: operator("linear_logprobs")(hidden, head, own_targets),
            lambda: eager_linear(hidden, head, targets),
        )
    record(case, "forward", "TFLOP/s", flops / taken / 1e9, flops / other / 1e9, "eager PyTorch", better="higher")
    record(case, "forward's share of the GEMM rate", "1", flops / (taken / 1e3) / gemm_rate(), better="higher")
    liger = liger_step(hidden, head, own_targets)
    if liger:
        compare(f"{case}, log-probs alone", "time forward and backward", {
            "ours": step(lambda *inputs: (operator("linear_logprobs")(*inputs)[0], torch.zeros_like(dl)), own_targets),
            "Liger-Kernel": liger,
        })  # fmt: skip


def liger_step(hidden, head, targets):
    """Fused linear cross-entropy: its gradient is that of the sum, computed in its forward pass."""
    try:
        from liger_kernel.transformers import LigerFusedLinearCrossEntropyLoss
    except ImportError:
        print("  liger_kernel is not installed: left out")
        return None
    loss = LigerFusedLinearCrossEntropyLoss(reduction="sum")

    def run_once():
        hidden.grad = head.grad = None
        loss(head, hidden, targets).backward()

    return run_once


def compare(case, metric, steps):
    names = list(steps)
    times = milliseconds(*steps.values(), rounds=10, warmup=3)
    memory = [peak_bytes(function) for function in steps.values()]
    for name, taken, bytes_ in zip(names[1:], times[1:], memory[1:]):
        record(case, metric, "ms", times[0], taken, name)
        record(case, "extra memory", "MB", memory[0] / 1e6, bytes_ / 1e6, name)
