"""Writes advantages.json: advantages as veRL, the original Search-R1, TRL and NeMo-RL define them.

Written from their definitions with the standard library alone, on padded rows as they use them:
  gae          veRL's recursion that passes over masked tokens, then masked_whiten over the same mask
  gae_all      Search-R1's: over every column, padding included, whitened over the whole response
  grpo, dr_grpo, rloo, leave_one_out_std, reinforce_pp, reinforce_pp_baseline: one number a sample,
               or, for the last two, a token

    python3 tests/golden/make_advantages.py
"""

import json
import math
import pathlib
import random

random.seed(20260101)


def number():
    return round(random.gauss(0, 1), 3)


def mean(xs):
    return math.fsum(xs) / len(xs)


def std(xs):
    centre = mean(xs)
    return math.sqrt(math.fsum((x - centre) ** 2 for x in xs) / (len(xs) - 1))


def masked_whiten(rows, mask):
    kept = [x for row, bits in zip(rows, mask) for x, bit in zip(row, bits) if bit]
    centre, scale = mean(kept), 1 / math.sqrt(std(kept) ** 2 + 1e-8)
    return [[(x - centre) * scale for x in row] for row in rows]


def gae(rewards, values, mask, gamma, lam):
    """All arguments (B, T), padded; mask None: every column takes part."""
    advantages = []
    for r, v, bits in zip(rewards, values, mask or [[1] * len(r) for r in rewards]):
        next_value = last = 0.0
        row = []
        for t in reversed(range(len(r))):
            new = r[t] + gamma * next_value - v[t] + gamma * lam * last
            next_value = v[t] * bits[t] + (1 - bits[t]) * next_value
            last = new * bits[t] + (1 - bits[t]) * last
            row.append(last)
        advantages.append(row[::-1])
    returns = [[a + b for a, b in zip(x, v)] for x, v in zip(advantages, values)]
    return advantages, returns


def cut(rows, lengths):
    return [row[:n] for row, n in zip(rows, lengths)]


def gae_case(gamma, lam):
    lengths = [9, 4, 12, 1, 7]
    width = max(lengths)
    pad = lambda make, n: [make(t) for t in range(n)] + [0.0] * (width - n)
    penalty = lambda: round(0.01 * number(), 4)
    rewards = [pad(lambda t, n=n: number() if t == n - 1 else penalty(), n) for n in lengths]
    values = [pad(lambda t: number(), n) for n in lengths]
    response = [[1] * n + [0] * (width - n) for n in lengths]
    # Some tokens within the rows are observations; the first and the last are the policy's.
    policy = [
        [bit and int(t in (0, n - 1) or t % 5 not in (2, 3)) for t, bit in enumerate(row)]
        for row, n in zip(response, lengths)
    ]
    # Rewards stand on tokens of the policy.
    rewards = [[x * bit for x, bit in zip(row, bits)] for row, bits in zip(rewards, policy)]
    own, own_returns = gae(rewards, values, policy, gamma, lam)
    every, every_returns = gae(rewards, values, None, gamma, lam)
    return {
        "gamma": gamma,
        "lambda": lam,
        "rewards": cut(rewards, lengths),
        "values": cut(values, lengths),
        "policy": cut(policy, lengths),
        "gae": {
            "advantages": cut(own, lengths),
            "returns": cut(own_returns, lengths),
            "whitened": cut(masked_whiten(own, policy), lengths),
        },
        "gae_all": {
            "advantages": cut(every, lengths),
            "returns": cut(every_returns, lengths),
            "whitened": cut(masked_whiten(every, response), lengths),
        },
    }


def group_case():
    groups = [3, 1, 3, 7, 1, 3, 7, 1, 3, 7, 7, 1, 3]
    rewards = [random.choice([0.0, 0.1, 0.2, 0.8, 1.0]) for _ in groups]
    others = lambda i: [r for j, r in enumerate(rewards) if groups[j] == groups[i] and j != i]
    group = lambda i: [r for j, r in enumerate(rewards) if groups[j] == groups[i]]
    each = range(len(groups))
    lengths = [random.randint(1, 5) for _ in groups]
    width = max(lengths)
    mask = [[1] * n + [0] * (width - n) for n in lengths]
    spread = lambda xs: cut(masked_whiten([[x] * width for x in xs], mask), lengths)
    size = lambda i: len(group(i))
    return {
        "groups": groups,
        "rewards": rewards,
        "lengths": lengths,
        "grpo": [(rewards[i] - mean(group(i))) / (std(group(i)) + 1e-6) for i in each],
        "dr_grpo": [rewards[i] - mean(group(i)) for i in each],
        # As veRL writes it: n / (n - 1) times the difference to the mean of the whole group.
        "rloo": [(rewards[i] - mean(group(i))) * size(i) / (size(i) - 1) for i in each],
        "leave_one_out_std": [
            # Equal others have no deviation; that of 0.1 0.1 0.1 is not 0 in floating point.
            (rewards[i] - mean(others(i))) / (std(others(i)) + 1e-6 if len(set(others(i))) > 1 else 1)
            for i in each
        ],
        "reinforce_pp": spread(rewards),
        "reinforce_pp_baseline": spread([rewards[i] - mean(group(i)) for i in each]),
    }


def rounded(value):
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, list):
        return [rounded(item) for item in value]
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return value


cases = {
    "gae": [gae_case(1.0, 1.0), gae_case(0.99, 0.95), gae_case(0.9, 0.0)],
    "groups": [group_case() for _ in range(3)],
}
path = pathlib.Path(__file__).with_name("advantages.json")
path.write_text(json.dumps(rounded(cases), separators=(",", ":")) + "\n")
