"""An AdamW step and the norm of all gradients, of parameters in tensors of a million each."""

import torch

from inputs import normal

TENSOR = 1 << 20
OPTIONS = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01}


def tensors(seed, count, deviation):
    return [
        normal(seed + start // TENSOR, min(TENSOR, count - start), 0, deviation)
        for start in range(0, count, TENSOR)
    ]


class AdamW:
    def __init__(self, sizes, variant):
        self.parameters = [
            each.clone().requires_grad_() for each in tensors(61, sizes["parameters"], 1)
        ]
        for parameter, gradient in zip(
            self.parameters, tensors(1061, sizes["parameters"], 1e-2), strict=True
        ):
            parameter.grad = gradient
        optimizer = torch.optim.AdamW(self.parameters, **OPTIONS, fused=variant == "fused" or None)
        self.step = torch.compile(optimizer.step) if variant == "compile" else optimizer.step
        self.steps = 0

    def forget(self):
        pass

    def run(self):
        self.steps += 1
        self.step()

    def check(self):
        return {
            "steps": [self.steps],
            "parameters": self.parameters[-1].detach()[:4096].tolist(),
        }


class GlobalNorm:
    def __init__(self, sizes, variant):
        self.gradients = tensors(1061, sizes["parameters"], 1e-2)
        norm = torch.nn.utils.get_total_norm
        self.norm = torch.compile(norm, dynamic=False) if variant == "compile" else norm
        self.result = None

    def forget(self):
        pass

    def run(self):
        self.result = float(self.norm(self.gradients))

    def check(self):
        return {"norm": [self.result]}
