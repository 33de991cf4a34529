"""maskedPpo, forward and backward: ours, eager PyTorch as veRL writes it, and torch.compile of that.

The aim on an H200 is 80 % of the copy bandwidth, of the bytes that must cross the memory: 13 in and 4 out
a token. A size's own copy is the fair yardstick where all of it fits in L2 or launches dominate.
"""

import torch
from harness import operator
from result import record
from timing import copy_bandwidth, milliseconds, peak_bytes

BYTES_A_TOKEN = 4 + 4 + 4 + 1 + 4


def eager(logprobs, old_logprobs, advantages, mask, low=0.2, high=0.2, c=3.0):
    """compute_policy_loss of veRL's core_algos.py, token mean, with its metrics."""

    def mean(values):
        return (values * mask).sum() / (mask.sum() + 1e-8)

    negative_kl = torch.clamp(logprobs - old_logprobs, min=-20.0, max=20.0)
    ratio = torch.exp(negative_kl)
    ppo_kl = mean(-negative_kl)
    losses1 = -advantages * ratio
    losses2 = -advantages * torch.clamp(ratio, 1 - low, 1 + high)
    clipped1 = torch.maximum(losses1, losses2)
    clip_fraction = mean(torch.gt(losses2, losses1).float())
    losses3 = -advantages * c
    clipped2 = torch.min(losses3, clipped1)
    lower_fraction = mean(torch.gt(clipped1, losses3) * (advantages < 0).float())
    loss = mean(torch.where(advantages < 0, clipped2, clipped1))
    return loss, clip_fraction, ppo_kl, lower_fraction


def run():
    for millions in (1, 4, 16, 64):
        measure(millions << 20, f"maskedPpo, {millions} Mi tokens")


def measure(size, case):
    generator = torch.Generator("cuda").manual_seed(0)
    normal = lambda: torch.randn(size, device="cuda", generator=generator)  # noqa: E731
    old = -normal().abs()
    logprobs = (old + 0.2 * normal()).requires_grad_()
    advantages = normal()
    turns = torch.rand(size // 64 + 1, device="cuda", generator=generator).repeat_interleave(64)
    mask = turns[:size] < 0.7
    floats = mask.float()  # what the eager form multiplies with
    compiled = torch.compile(eager, dynamic=False)

    def step(function):
        def run_once():
            logprobs.grad = None
            function()[0].backward()

        return run_once

    ours = step(lambda: operator("masked_ppo")(logprobs, old, advantages, mask, dual_clip=3.0))
    peers = {
        "eager PyTorch": step(lambda: eager(logprobs, old, advantages, floats)),
        "torch.compile": step(lambda: compiled(logprobs, old, advantages, floats)),
    }
    source = torch.empty(size * BYTES_A_TOKEN // 2, dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    kernel = lambda: operator("masked_ppo_gradients")(  # noqa: E731
        logprobs.detach(), old, advantages, mask, denominator=float(size)
    )
    taken, alone, copied, *others = milliseconds(ours, kernel, lambda: target.copy_(source), *peers.values())
    for name, other in zip(peers, others):
        series = ("maskedPpo", "tokens", size)
        record(case, "time forward and backward", "ms", taken, other, name, series=series)
    moved = size * BYTES_A_TOKEN / (alone / 1e3)
    record(case, "share of copy bandwidth", "1", moved / copy_bandwidth(), better="higher")
    record(case, "time of the kernel against a copy of the same bytes", "ms", alone, copied, "cudaMemcpy")
    memory = [peak_bytes(function) for function in (ours, *peers.values())]
    for name, other in zip(peers, memory[1:]):
        record(case, "extra memory", "MB", memory[0] / 1e6, other / 1e6, name)
