"""querl::adamw_ and querl::global_norm on the device: against float64 and the CPU operators."""

import math

import torch
from harness import SIZES, check, close, operator, same_bits

# float32 has 0.98 to 2e-8, of which the first step's 1 - 0.98 makes 1e-6, and of its root half of that;
# the change is at most ten times the rate here. The moments are some roundings of 6e-8.
WEIGHTS, MOMENTS = 5e-6, 1e-6
NORM = 1e-6  # 64 squares add up in float32 before float64 takes over

SHAPES = [(0,), (1,), (31,), (33, 7), (4096,), (4097,), (100, 1000), *[(5,)] * 70]


def lists(device, start=0):
    """Weights, gradients and both moments; `start`: how far behind its memory's start each begins."""
    generator = torch.Generator().manual_seed(0)

    def tensors(square=False):
        made = []
        for shape in SHAPES:
            values = torch.randn(math.prod(shape) + start, generator=generator)
            made.append((values**2 if square else values).to(device)[start:].view(shape))
        return made

    return tensors(), tensors(), tensors(), tensors(square=True)


@check("a step is algorithm 2 of the paper in float64", start=(0, 1), step=(1, 1000))
def _(device, start, step):
    weights, gradients, first, second = lists(device, start)
    before = [[tensor.double().cpu() for tensor in group] for group in (weights, gradients, first, second)]
    lr, beta1, beta2, epsilon, decay, scale = 0.01, 0.9, 0.98, 1e-8, 0.1, 0.5
    operator("adamw_")(
        weights, gradients, first, second,
        step=step, lr=lr, beta1=beta1, beta2=beta2, epsilon=epsilon, weight_decay=decay, gradient_scale=scale,
    )  # fmt: skip
    for w, m, v, w0, g, m0, v0 in zip(weights, first, second, *before):
        moment = beta1 * m0 + (1 - beta1) * scale * g
        square = beta2 * v0 + (1 - beta2) * (scale * g) ** 2
        change = lr * (moment / (1 - beta1**step)) / ((square / (1 - beta2**step)).sqrt() + epsilon)
        close(w, w0 * (1 - lr * decay) - change, WEIGHTS, "weights")
        close(m, moment, MOMENTS, "first moments")
        close(v, square, MOMENTS, "second moments")


@check("the weights are marked as changed")
def _(device):
    groups = lists(device)
    versions = [tensor._version for tensor in groups[0]]
    operator("adamw_")(*groups, step=1, lr=0.01)
    assert all(tensor._version > version for tensor, version in zip(groups[0], versions))


@check("the norm is that of all elements in float64", start=(0, 1))
def _(device, start):
    tensors = lists(device, start)[1]
    expected = sum((tensor.double() ** 2).sum().item() for tensor in tensors) ** 0.5
    close(operator("global_norm")(tensors) / expected, 1.0, NORM, "norm")


@check("the norm of one buffer is that of float64", size=SIZES)
def _(device, size):
    values = torch.randn(size).to(device)
    close(operator("global_norm")([values]), values.double().norm(), NORM, "norm")


@check("the norm has the same bits on every run")
def _(device):
    tensors = [torch.randn(1_000_003).to(device), torch.randn(77).to(device)]
    same_bits(operator("global_norm")(tensors), operator("global_norm")(tensors), "norm")


@check("one NaN or infinity makes the norm not finite", wrong=(math.nan, math.inf), at=(0, 5000, 49_999))
def _(device, wrong, at):
    values = torch.randn(50_000).to(device)
    values[at] = wrong
    assert not operator("global_norm")([values]).isfinite()
