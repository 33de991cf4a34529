"""The clipped policy loss of veRL (core_algos) in eager operators, padded as (B, T)."""

import torch

from inputs import flags, normal

LOW, HIGH, DUAL, KL = 0.2, 0.28, 3.0, 0.001


def masked_mean(values, mask):
    return (values * mask).sum() / mask.sum()


def policy_loss(logprobs, old_logprobs, advantages, mask):
    log_ratio = torch.clamp(logprobs - old_logprobs, min=-20.0, max=20.0)
    ratio = torch.exp(log_ratio)
    kl = masked_mean(-log_ratio, mask)
    plain = -advantages * ratio
    clipped = -advantages * torch.clamp(ratio, 1 - LOW, 1 + HIGH)
    worse = torch.maximum(plain, clipped)
    clip_share = masked_mean(torch.gt(clipped, plain).float(), mask)
    bound = -advantages * DUAL
    dual = torch.min(bound, worse)
    dual_share = masked_mean(torch.gt(worse, bound) * (advantages < 0).float(), mask)
    losses = torch.where(advantages < 0, dual, worse)
    return masked_mean(losses, mask), kl, clip_share, dual_share


def kl_loss(logprobs, reference, mask):
    difference = torch.clamp(reference - logprobs, min=-20.0, max=20.0)
    return masked_mean(torch.clamp(torch.exp(difference) - difference - 1, min=-10, max=10), mask)


class MaskedPpo:
    def __init__(self, sizes, variant):
        count = sizes["tokens"]
        length = min(count, 1024)
        shape = (count // length, length)
        self.old = normal(1, count, -1.5, 0.6).view(shape)
        self.logprobs = (self.old + normal(2, count, 0, 0.25).view(shape)).requires_grad_()
        self.advantages = normal(3, count, 0, 1).view(shape)
        # veRL's is int64; float32 spares the peer the conversions.
        self.mask = flags(4, count, 0.6).view(shape).float()
        self.reference = None
        if sizes.get("reference"):
            self.reference = self.old + normal(5, count, 0, 0.25).view(shape)

        def total(logprobs, old, advantages, mask, reference):
            loss, kl, clip_share, dual_share = policy_loss(logprobs, old, advantages, mask)
            if reference is not None:
                loss = loss + KL * kl_loss(logprobs, reference, mask)
            return loss, kl, clip_share, dual_share

        self.total = torch.compile(total, dynamic=False) if variant == "compile" else total
        self.result = None

    def forget(self):
        self.logprobs.grad = self.result = None

    def run(self):
        self.forget()
        self.result = self.total(
            self.logprobs, self.old, self.advantages, self.mask, self.reference
        )
        self.result[0].backward()

    def check(self):
        loss, kl, clip_share, dual_share = (each.item() for each in self.result)
        return {
            "loss": [loss],
            "kl": [kl],
            "clip share": [clip_share],
            "dual clip share": [dual_share],
            "gradient": self.logprobs.grad.flatten()[:4096].tolist(),
        }
