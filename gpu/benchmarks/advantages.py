"""gae and whiten: ours, a PyTorch loop over positions vectorised over sequences as veRL writes it, and for
whitening its masked_whiten.
"""

import torch
from harness import operator
from result import record
from timing import copy_bandwidth, milliseconds

GAE_BYTES = 4 + 4 + 1 + 4 + 4  # rewards, values and mask in, advantages and returns out
WHITEN_BYTES = 2 * (4 + 1) + 4  # read twice


def eager_gae(rewards, values, mask, gamma, lam):
    """compute_gae_advantage_return of veRL's core_algos.py, without its whitening."""
    next_values, last = 0.0, 0.0
    reversed_ = []
    for t in reversed(range(rewards.shape[-1])):
        delta = rewards[:, t] + gamma * next_values - values[:, t]
        advantage = delta + gamma * lam * last
        next_values = values[:, t] * mask[:, t] + (1 - mask[:, t]) * next_values
        last = advantage * mask[:, t] + (1 - mask[:, t]) * last
        reversed_.append(last)
    advantages = torch.stack(reversed_[::-1], 1)
    return advantages, advantages + values


def eager_whiten(values, mask):
    """masked_whiten of veRL's torch_functional.py."""
    count = mask.sum()
    mean = (values * mask).sum() / (count + 1e-8)
    variance = (((values - mean) ** 2) * mask).sum() / (count + 1e-8) * count / (count - 1)
    return (values - mean) * torch.rsqrt(variance + 1e-8)


def run():
    for sequences, tokens in ((512, 4096), (64, 16384), (4096, 512)):
        rewards, values = (torch.randn(sequences, tokens, device="cuda") for _ in range(2))
        mask = torch.rand(sequences, tokens // 64, device="cuda").repeat_interleave(64, 1) < 0.6
        floats = mask.float()
        case = f"gae, {sequences} sequences of {tokens}"
        ours, eager = milliseconds(
            lambda: operator("gae")(rewards, values, mask, gamma=0.99, lam=0.95),
            lambda: eager_gae(rewards, values, floats, 0.99, 0.95),
            rounds=10,
            warmup=2,
        )
        record(case, "time", "ms", ours, eager, "PyTorch loop")
        moved = rewards.numel() * GAE_BYTES / (ours / 1e3)
        record(case, "share of copy bandwidth", "1", moved / copy_bandwidth(), better="higher")
    for millions in (1, 16):
        values = torch.randn(millions << 20, device="cuda")
        mask = torch.rand_like(values) < 0.6
        floats = mask.float()
        case = f"whiten, {millions} Mi numbers"
        ours, eager = milliseconds(lambda: operator("whiten")(values, mask), lambda: eager_whiten(values, floats))
        record(case, "time", "ms", ours, eager, "eager PyTorch")
        moved = values.numel() * WHITEN_BYTES / (ours / 1e3)
        record(case, "share of copy bandwidth", "1", moved / copy_bandwidth(), better="higher")
