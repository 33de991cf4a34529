"""querl::store_kv_ and querl::paged_attention: against float64, over pages in any order."""

import math

import torch
from harness import check, close, operator, same_bits

PAGE = 32
DTYPES = (torch.float32, torch.bfloat16, torch.float16)
# Weights that meet the values are rounded to 16 bits, and so are the results.
TOLERANCE = {torch.float32: 1e-5, torch.bfloat16: 1.2e-2, torch.float16: 2e-3}


class Cache:
    """Pages of one layer, poisoned where nothing is stored, with keys and values as (T, kv_heads, d)."""

    def __init__(self, device, dtype, lengths, kv_heads, head_dim):
        counts = [-(-length // PAGE) for length in lengths]
        order = (torch.randperm(sum(counts)) + 1).to(torch.int32)
        self.kv = torch.full((sum(counts) + 1, 2, kv_heads, PAGE * head_dim), math.nan, dtype=dtype)
        self.table = torch.zeros(len(lengths), max(counts), dtype=torch.int32)
        self.keys = [torch.randn(n, kv_heads, head_dim).to(dtype) for n in lengths]
        self.values = [torch.randn(n, kv_heads, head_dim).to(dtype) for n in lengths]
        keys = self.kv[:, 0].view(-1, kv_heads, PAGE, head_dim)
        values = self.kv[:, 1].view(-1, kv_heads, head_dim, PAGE)
        for session, count in enumerate(counts):
            self.table[session, :count], order = order[:count], order[count:]
            for token in range(lengths[session]):
                page = self.table[session, token // PAGE]
                keys[page, :, token % PAGE] = self.keys[session][token]
                values[page, :, :, token % PAGE] = self.values[session][token]
        self.kv, self.table = self.kv.to(device), self.table.to(device)


def twin(cache, q, sessions, lengths, window, heads):
    out = torch.zeros(q.shape, dtype=torch.float64)
    for row, (session, length) in enumerate(zip(sessions, lengths)):
        if length == 0:
            continue
        first = max(0, length - window) if window else 0
        keys = cache.keys[session][first:length].double().repeat_interleave(heads // cache.keys[0].shape[1], 1)
        values = cache.values[session][first:length].double().repeat_interleave(heads // cache.keys[0].shape[1], 1)
        query = q[row].double().view(heads, -1)
        scores = torch.einsum("hd,thd->ht", query, keys) / math.sqrt(query.shape[1])
        out[row] = torch.einsum("ht,thd->hd", scores.softmax(-1), values).flatten()
    return out


def attend(device, cache, q, sessions, lengths, window=0, room=None):
    ints = lambda numbers: torch.tensor(numbers, dtype=torch.int32, device=device)  # noqa: E731
    out = torch.empty_like(q)
    head_dim = cache.keys[0].shape[2]
    operator("paged_attention")(
        q, cache.kv, cache.table, ints(sessions), ints(lengths), 1 / math.sqrt(head_dim), window,
        room or max(lengths), out,
    )  # fmt: skip
    return out


@check("attention over pages is float64's", dtype=DTYPES, head_dim=(10, 32, 64, 96, 128, 256), group=(1, 7, 8, 20))
def _(device, dtype, head_dim, group):
    lengths = [1, 33, 70, 700]
    cache = Cache(device, dtype, lengths, 2, head_dim)
    sessions, seen = [0, 1, 2, 3, 3, 2], [1, 33, 70, 700, 257, 64]
    q = torch.randn(6, 2 * group * head_dim).to(dtype)
    out = attend(device, cache, q.to(device), sessions, seen)
    close(out, twin(cache, q, sessions, seen, 0, 2 * group), TOLERANCE[dtype], "out")


@check("a window cuts off what lies before it", dtype=DTYPES, window=(1, 31, 64, 300, 5000))
def _(device, dtype, window):
    cache = Cache(device, dtype, [900, 40], 2, 64)
    sessions, seen = [0, 0, 0, 1], [900, 899, 470, 40]
    q = torch.randn(4, 8 * 64).to(dtype)
    out = attend(device, cache, q.to(device), sessions, seen, window)
    close(out, twin(cache, q, sessions, seen, window, 8), TOLERANCE[dtype], "out")


@check("a row has the same bits whatever stands beside it, and empty rows are zero", dtype=DTYPES)
def _(device, dtype):
    cache = Cache(device, dtype, [1000, 40, 300], 2, 128)
    q = torch.randn(4, 16 * 128).to(dtype).to(device)
    whole = attend(device, cache, q, [0, 1, -1, 2], [1000, 40, 0, 300])
    assert (whole[2] == 0).all()
    alone = attend(device, cache, q[3:], [2], [300], room=300)
    same_bits(whole[3], alone[0], "attention")
    same_bits(whole, attend(device, cache, q, [0, 1, -1, 2], [1000, 40, 0, 300]), "attention")


@check("keys and values are normed, rotated and stored", dtype=DTYPES, head_dim=(10, 64, 128, 256), norms=(False, True))
def _(device, dtype, head_dim, norms):
    heads, kv_heads = 4, 2
    cache = Cache(device, dtype, [100], kv_heads, head_dim)
    # Pages in their order, so that the twin need not look at the table again.
    cache.table[0] = torch.arange(cache.table.shape[1])
    qkv = torch.randn(3, (heads + 2 * kv_heads) * head_dim).to(dtype)
    gains = [(1 + 0.2 * torch.randn(head_dim)).to(dtype) for _ in range(2)]
    angles = torch.arange(200.0)[:, None] / 100 ** (torch.arange(head_dim // 2) / (head_dim // 2))
    sessions, positions = [0, -1, 0], [33, 0, 64]
    ints = lambda numbers: torch.tensor(numbers, dtype=torch.int32, device=device)  # noqa: E731
    stored = qkv.clone().to(device)
    on = [gain.to(device) if norms else None for gain in gains]
    operator("store_kv_")(
        stored, cache.kv, cache.table, ints(sessions), ints(positions), angles.cos().to(device),
        angles.sin().to(device), on[0], on[1], 1e-6,
    )  # fmt: skip
    x = qkv.double().view(3, heads + 2 * kv_heads, head_dim)
    turned = x[:, : heads + kv_heads].clone()
    if norms:
        turned /= (turned.square().mean(-1, keepdim=True) + 1e-6).sqrt()
        turned[:, :heads] *= gains[0].double()
        turned[:, heads:] *= gains[1].double()
    left, right = turned.chunk(2, -1)
    c, s = (table[positions].float().double()[:, None] for table in (angles.cos(), angles.sin()))
    turned = torch.cat([left * c - right * s, right * c + left * s], -1)
    keys = cache.kv[:, 0].view(-1, kv_heads, PAGE, head_dim).cpu()
    values = cache.kv[:, 1].view(-1, kv_heads, head_dim, PAGE).cpu()
    mine = stored.cpu().view(3, -1, head_dim)
    for row in (0, 2):
        page, slot = positions[row] // PAGE, positions[row] % PAGE
        close(mine[row, : heads + kv_heads], turned[row], 2 * TOLERANCE[dtype], "queries and keys")
        same_bits(keys[page, :, slot].contiguous(), mine[row, heads : heads + kv_heads], "keys")
        same_bits(values[page, :, :, slot].contiguous(), qkv[row].view(-1, head_dim)[heads + kv_heads :], "values")
    same_bits(stored[1].cpu(), qkv[1], "the row without a session")
