"""Advantages with one vectorised step a position over all sequences, as veRL's core_algos."""

import torch

from inputs import flags, normal

GAMMA, LAMBDA = 1.0, 0.95


def gae(rewards, values, mask):
    next_values = torch.zeros_like(values[:, 0])
    last = torch.zeros_like(values[:, 0])
    advantages = []
    for t in reversed(range(values.shape[1])):
        delta = rewards[:, t] + GAMMA * next_values - values[:, t]
        advantage = delta + GAMMA * LAMBDA * last
        # An observation's tokens are skipped: what came after them comes before them.
        next_values = values[:, t] * mask[:, t] + (1 - mask[:, t]) * next_values
        last = advantage * mask[:, t] + (1 - mask[:, t]) * last
        advantages.append(last)
    stacked = torch.stack(advantages[::-1], dim=1)
    return stacked, stacked + values


class Gae:
    def __init__(self, sizes, variant):
        shape = (sizes["sequences"], sizes["length"])
        count = shape[0] * shape[1]
        self.rewards = normal(41, count, 0, 0.1).view(shape)
        self.values = normal(42, count, 0, 1).view(shape)
        self.mask = flags(43, count, 0.6).view(shape).float()
        self.gae = torch.compile(gae, dynamic=False) if variant == "compile" else gae
        self.result = None

    def forget(self):
        self.result = None

    def run(self):
        self.forget()
        with torch.no_grad():
            self.result = self.gae(self.rewards, self.values, self.mask)

    def check(self):
        # Only the policy's tokens have an advantage; the others are not read.
        advantages, returns = (each * self.mask for each in self.result)
        return {
            "advantages": advantages.flatten()[:4096].tolist(),
            "returns": returns.flatten()[:4096].tolist(),
            "sum of the advantages": [float(advantages.double().sum())],
        }
