"""adamw_ and global_norm over the tensors of a 0.5B model: ours and PyTorch's fused and foreach forms."""

import torch
from harness import operator
from result import record
from timing import copy_bandwidth, milliseconds

BYTES_AN_ELEMENT = 28  # weight, gradient and two moments in; all but the gradient out


def run():
    sizes = [151_936 * 896] + 24 * [896 * 4864] * 3 + 24 * [896 * 896] * 2 + 24 * [896] * 4
    elements = sum(sizes)
    make = lambda: [torch.randn(size, device="cuda") for size in sizes]  # noqa: E731
    weights, gradients, first, second = make(), make(), make(), [t.square_() for t in make()]
    steps = [torch.tensor(3.0, device="cuda") for _ in sizes]

    def ours():
        operator("adamw_")(weights, gradients, first, second, step=3, lr=1e-6)

    def fused():
        torch._fused_adamw_(
            weights, gradients, first, second, [], steps,
            lr=1e-6, beta1=0.9, beta2=0.999, weight_decay=0.01, eps=1e-8, amsgrad=False, maximize=False,
        )  # fmt: skip

    case = f"AdamW, {elements / 1e6:.0f} M weights in {len(sizes)} tensors"
    taken, other = milliseconds(ours, fused)
    record(case, "time of a step", "ms", taken, other, "torch._fused_adamw_")
    moved = elements * BYTES_AN_ELEMENT / (taken / 1e3)
    record(case, "share of copy bandwidth", "1", moved / copy_bandwidth(), better="higher")

    case = f"global norm, {elements / 1e6:.0f} M elements in {len(sizes)} tensors"
    taken, other = milliseconds(
        lambda: operator("global_norm")(gradients),
        lambda: torch.nn.utils.get_total_norm(gradients, foreach=True),
    )
    record(case, "time", "ms", taken, other, "torch.nn.utils.get_total_norm")
    moved = 4 * elements / (taken / 1e3)
    record(case, "share of copy bandwidth", "1", moved / copy_bandwidth(), better="higher")
