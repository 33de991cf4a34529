"""querl::gae, whiten, group_advantages and spread_to_tokens: against their formulas in float64."""

import math

import torch
from harness import SIZES, check, close, operator, same_bits

ONE_ROUNDING = 1.2e-7  # to float32, of what float64 has summed
FLOAT64 = 1e-12  # sums of hundreds of numbers of size 1

MASKS = ("none", "all", "runs", "bits")


def masked(size, masking, *tensors):
    """A mask, and the tensors with NaN where it is 0."""
    generator = torch.Generator().manual_seed(size)
    kept = {
        "none": torch.ones(size, dtype=torch.bool),
        "all": torch.zeros(size, dtype=torch.bool),
        "runs": torch.rand(size // 7 + 1, generator=generator).repeat_interleave(7)[:size] < 0.6,
        "bits": torch.rand(size, generator=generator) < 0.5,
    }[masking]
    return kept, *(torch.where(kept, tensor, math.nan) for tensor in tensors)


def batch(lengths, masking):
    size = sum(lengths)
    generator = torch.Generator().manual_seed(size)
    rewards, values = torch.randn(2, size, generator=generator)
    mask, rewards, values = masked(size, masking, rewards, values)
    return rewards, values, mask, torch.tensor([0, *lengths]).cumsum(0)


def recursion(rewards, values, mask, offsets, gamma, lam):
    """Token by token in Python's float64."""
    advantages, returns = [0.0] * len(rewards), [0.0] * len(rewards)
    rewards, values, mask, offsets = (x.tolist() for x in (rewards, values, mask, offsets))
    for begin, end in zip(offsets, offsets[1:]):
        advantage = value = 0.0
        for t in range(end - 1, begin - 1, -1):
            if not mask[t]:
                continue
            advantage = rewards[t] + gamma * value - values[t] + gamma * lam * advantage
            value = values[t]
            advantages[t], returns[t] = advantage, advantage + value
    return torch.tensor(advantages, dtype=torch.float64), torch.tensor(returns, dtype=torch.float64)


@check("gae is the recursion in float64", size=SIZES, masking=MASKS, numbers=((1.0, 1.0), (0.98, 0.9), (0.0, 0.5)))
def _(device, size, masking, numbers):
    compare_gae(device, [size], masking, *numbers)


@check("gae of packed sequences of every length", masking=MASKS)
def _(device, masking):
    compare_gae(device, [0, 1, 7, 8, 9, 0, 255, 256, 257, 2047, 2048, 2049, 5000, 0], masking, 0.99, 0.95)


def compare_gae(device, lengths, masking, gamma, lam):
    rewards, values, mask, offsets = batch(lengths, masking)
    given = [x.to(device) for x in (rewards, values, mask, offsets)]
    found = operator("gae")(*given, gamma=gamma, lam=lam)
    for name, actual, expected in zip(
        ("advantage", "return"), found, recursion(rewards, values, mask, offsets, gamma, lam)
    ):
        close(actual, expected, ONE_ROUNDING, name)


@check("gae of rows is that of packed sequences, and a sequence's bits are its own")
def _(device):
    rewards, values = (torch.randn(6, 3000, device=device) for _ in range(2))
    rows = operator("gae")(rewards, values, gamma=0.99, lam=0.9)
    for b in range(6):
        same_bits([x[b] for x in rows], operator("gae")(rewards[b], values[b], gamma=0.99, lam=0.9), "gae")


@check("whiten is the formula in float64", size=(*SIZES, 4097, 100_000), masking=MASKS, shift_mean=(True, False))
def _(device, size, masking, shift_mean):
    mask, values = masked(size, masking, 3 + 2 * torch.randn(size))
    found = operator("whiten")(values.to(device), mask.to(device), shift_mean=shift_mean, epsilon=1e-8)
    kept = values[mask].double()
    mean = kept.mean() if kept.numel() else torch.tensor(0.0, dtype=torch.float64)
    std = kept.std() if kept.numel() > 1 else torch.tensor(0.0, dtype=torch.float64)
    scale = 1 / (std**2 + 1e-8).sqrt() if kept.numel() > 1 else 0.0
    expected = torch.zeros(size, dtype=torch.float64)
    expected[mask] = (kept - mean) * scale + (0.0 if shift_mean else mean)
    # Where mean and shift cancel, what is left is off by the mean's rounding.
    close(found[0], expected, 4 * ONE_ROUNDING, "whitened")
    close(found[1], mean, FLOAT64, "mean")
    close(found[2], std, FLOAT64, "std")


@check("whiten of equal numbers is 0, and of the same input the same bits")
def _(device):
    assert (operator("whiten")(torch.full((9001,), 1e6, device=device))[0] == 0).all()
    values = torch.randn(1 << 20, device=device)
    same_bits(operator("whiten")(values), operator("whiten")(values), "whiten")


@check(
    "group_advantages are the formulas in float64",
    rows=(0, 1, 2, 33, 300),
    groups=(1, 5, 1000),
    baseline=("none", "group", "leave_one_out"),
    divide_by_std=(True, False),
)
def _(device, rows, groups, baseline, divide_by_std):
    generator = torch.Generator().manual_seed(rows)
    rewards = torch.randn(rows, generator=generator, dtype=torch.float64)
    of = torch.randint(groups, (rows,), generator=generator) * 2_000_003 - 5
    found = operator("group_advantages")(rewards.to(device), of.to(device), baseline, divide_by_std)
    expected = rewards.clone()
    for group in of.unique():
        places = (of == group).nonzero().squeeze(1)
        own = rewards[places]
        if baseline == "none" or len(own) < 2:
            continue
        for i, place in enumerate(places):
            over = own if baseline == "group" else torch.cat([own[:i], own[i + 1 :]])
            apart = own[i] - over.mean()
            std = over.std() if len(over) > 1 else torch.tensor(0.0)
            expected[place] = apart / (std + 1e-6) if divide_by_std and std > 0 else apart
    close(found, expected, FLOAT64, "advantage")
    if device == "cuda":
        cpu = operator("group_advantages")(rewards, of, baseline, divide_by_std)
        close(found, cpu, FLOAT64, "advantage against the CPU's")


@check("spread_to_tokens writes each token its sequence's number", is_masked=(False, True))
def _(device, is_masked):
    lengths = torch.tensor([0, 1, 5, 9000, 0, 300])
    offsets = torch.cat([torch.tensor([0]), lengths.cumsum(0)])
    numbers = torch.randn(6)
    mask = torch.arange(int(lengths.sum())) % 3 != 0 if is_masked else None
    found = operator("spread_to_tokens")(
        numbers.to(device), offsets.to(device), mask.to(device) if is_masked else None
    )
    expected = numbers.repeat_interleave(lengths)
    close(found, expected * mask if is_masked else expected, 0, "number")
