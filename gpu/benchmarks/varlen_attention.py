"""varlen_attention, forward and backward: ours on a packed batch, and PyTorch's attention on the padded one
and, as torch.nn.attention.varlen offers it, on the packed one. What ours adds to LibTorch's flash kernels is
small; float32 shows what the plain path costs.
"""

import torch
import torch.nn.functional as F
from harness import operator
from result import record
from timing import milliseconds, peak_bytes

# A group of answers to a prompt, as GRPO has them.
LENGTHS = [612, 348, 455, 230, 540, 390, 280, 701, 1024, 150, 333, 870, 512, 640, 220, 760]


def run():
    for size, heads, kv_heads in ((64, 14, 2), (128, 16, 2)):
        for dtype in (torch.bfloat16, torch.float32):
            measure(size, heads, kv_heads, dtype)


def measure(size, heads, kv_heads, dtype):
    device, total, longest = "cuda", sum(LENGTHS), max(LENGTHS)
    offsets = torch.tensor([0, *LENGTHS]).cumsum(0)
    make = lambda *shape: torch.randn(*shape, device=device, dtype=dtype).requires_grad_()  # noqa: E731
    packed = [make(total, count, size) for count in (heads, kv_heads, kv_heads)]
    padded = [make(len(LENGTHS), count, longest, size) for count in (heads, kv_heads, kv_heads)]
    slope = torch.randn(total, heads, size, device=device, dtype=dtype)
    padded_slope = torch.randn(len(LENGTHS), heads, longest, size, device=device, dtype=dtype)

    def step(function, leaves, gradient):
        return lambda: torch.autograd.grad(function(*leaves), leaves, gradient)

    ours = step(lambda q, k, v: operator("varlen_attention")(q, k, v, offsets)[0], packed, slope)
    peers = {
        "scaled_dot_product_attention, padded": step(
            lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True),
            padded,
            padded_slope,
        )
    }
    if dtype == torch.bfloat16:
        on_device = offsets.to(torch.int32).to(device)
        flash = lambda q, k, v: torch.ops.aten._flash_attention_forward(  # noqa: E731
            q, k, v, on_device, on_device, longest, longest, 0.0, True, False
        )[0]
        peers["LibTorch's flash attention"] = step(flash, packed, slope)
    case = f"varlenAttention, {str(dtype)[6:]}, {heads}/{kv_heads} heads of {size}, {total} tokens"
    taken, *others = milliseconds(ours, *peers.values())
    for name, other in zip(peers, others):
        record(case, "time forward and backward", "ms", taken, other, name)
    # Two products forward, five backward, below the diagonal alone.
    pairs = sum(length * (length + 1) // 2 for length in LENGTHS)
    operations = 14 * pairs * heads * size
    record(case, "rate", "TFLOP/s", operations / (taken / 1e3) / 1e12, better="higher")
    memory = [peak_bytes(function) for function in (ours, *peers.values())]
    for name, other in zip(peers, memory[1:]):
        record(case, "extra memory", "MB", memory[0] / 1e6, other / 1e6, name)
