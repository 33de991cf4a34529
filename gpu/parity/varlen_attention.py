"""querl::varlen_attention on the device: against attention and autograd in float64."""

import torch
from harness import check, close, operator, same_bits

# Of sums of some hundred products; 16 bits round the result and, before products, the weights.
TOLERANCE = {torch.float32: 2e-5, torch.bfloat16: 4e-2, torch.float16: 6e-3}
TYPES = tuple(TOLERANCE)

# (queries, keys) of each sequence.
BATCHES = {
    "one token": [(1, 1)],
    "sequences": [(40, 40), (1, 1), (129, 129), (300, 300)],
    "shared prompts": [(20, 220), (1, 65), (33, 34), (64, 64)],
    "empty ones": [(0, 0), (70, 70), (0, 0)],
}
HEADS = ((2, 2, 64), (14, 2, 64), (8, 1, 128), (4, 2, 10), (3, 3, 80))
WINDOWS = (0, 1, 50)


def inputs(lengths, heads, dtype, device, seed=0):
    """Leaves q, k, v, which are views of one projection where they can be, slopes, and offsets."""
    generator = torch.Generator().manual_seed(seed)
    query_heads, kv_heads, size = heads
    queries, keys = (sum(each[i] for each in lengths) for i in (0, 1))
    make = lambda *shape: torch.randn(*shape, generator=generator).to(dtype).to(device)  # noqa: E731
    leaves = [
        make(queries, query_heads + 2, size)[:, :query_heads],
        make(keys, kv_heads * 2, size)[:, :kv_heads],
        make(keys, kv_heads, size),
    ]
    offsets = [torch.tensor([0] + [each[i] for each in lengths]).cumsum(0) for i in (0, 1)]
    return [leaf.detach().requires_grad_() for leaf in leaves], make(queries, query_heads, size), offsets


def twin(q, k, v, offsets, window):
    """One sequence after the other with an explicit mask, on the CPU in float64."""
    outs, sums = [], []
    group = q.shape[1] // k.shape[1]
    for i in range(len(offsets[0]) - 1):
        (begin, end), (first, last) = (part[i : i + 2].tolist() for part in offsets)
        rows = q[begin:end].transpose(0, 1)
        keys, values = (x[first:last].transpose(0, 1).repeat_interleave(group, 0) for x in (k, v))
        n, m = end - begin, last - first
        seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
        if window:
            seen &= torch.ones(n, m, dtype=torch.bool).triu(m - n - window + 1)
        scores = (rows @ keys.mT * q.shape[2] ** -0.5).masked_fill(~seen, -torch.inf)
        outs.append((scores.softmax(-1) @ values).transpose(0, 1))
        sums.append(scores.logsumexp(-1))
    return torch.cat(outs), torch.cat(sums, 1)


def results(leaves, slope, offsets, window):
    out, sums = operator("varlen_attention")(*leaves, *offsets, window=window)
    return [out, sums, *torch.autograd.grad(out, leaves, slope)]


@check(
    "the output and the gradients are those of float64",
    batch=BATCHES, heads=HEADS, window=WINDOWS, dtype=TYPES,
)  # fmt: skip
def _(device, batch, heads, window, dtype):
    leaves, slope, offsets = inputs(BATCHES[batch], heads, dtype, device)
    actual = results(leaves, slope, offsets, window)
    exact = [leaf.detach().cpu().double().requires_grad_() for leaf in leaves]
    out, sums = twin(*exact, offsets, window)
    expected = [out, sums, *torch.autograd.grad(out, exact, slope.cpu().double())]
    names = ("out", "log_sums", "d_q", "d_k", "d_v")
    for name, here, there in zip(names, expected, actual):
        assert there.dtype == (torch.float32 if name == "log_sums" else dtype), name
        unit = max(1.0, here.square().mean().sqrt().item() if here.numel() else 1.0)
        close(there.double().cpu() / unit, here / unit, TOLERANCE[dtype], name)


@check("two runs give the same output", dtype=TYPES)
def _(device, dtype):
    leaves, slope, offsets = inputs(BATCHES["shared prompts"], (14, 2, 64), dtype, device)
    first, second = (results(leaves, slope, offsets, 0) for _ in range(2))
    # LibTorch's flash attention adds the queries' gradients by atomics.
    same_bits(first[:2], second[:2], "output")
    if device == "cpu":
        same_bits(first[2:], second[2:], "gradients")


@check("offsets may be int32 and on the device")
def _(device):
    leaves, slope, offsets = inputs(BATCHES["sequences"], (2, 2, 64), torch.bfloat16, device)
    moved = [part.to(torch.int32).to(device) for part in offsets]
    same_bits(results(leaves, slope, offsets, 0)[:2], results(leaves, slope, moved, 0)[:2], "output")


@check("queries alone give the offsets of the keys")
def _(device):
    leaves, slope, offsets = inputs(BATCHES["sequences"], (2, 2, 64), torch.bfloat16, device)
    out, _ = operator("varlen_attention")(*leaves, offsets[0])
    same_bits(out, results(leaves, slope, offsets, 0)[0], "output")
