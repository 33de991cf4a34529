"""querl::sample: against a sort in float64, the CPU operator, and the frequencies that probabilities ask for.

Weights are known to about 1e-7 of themselves: a draw whose random number, or a filter whose boundary, lies
nearer than that to two tokens may be either's.
"""

import math
import struct

import torch
from harness import check, close, operator, same_bits

ROUNDING = 1e-5
LOGPROB = 1e-5

FILTERS = {
    "none": {},
    "cooler": {"temperature": 0.6},
    "greedy": {"temperature": 0.0},
    "top-p": {"top_p": 0.9},
    "top-k": {"top_k": 20},
    "min-p": {"min_p": 0.05},
    "all": {"temperature": 1.2, "top_p": 0.8, "top_k": 100, "min_p": 0.01},
    "truncated": {"top_p": 0.5, "truncated_logprobs": True},
}


def rows(count, vocab, spread=3.0, seed=0):
    return spread * torch.randn(count, vocab, generator=torch.Generator().manual_seed(seed))


def left_after(logits, temperature=1.0, top_k=0, top_p=1.0, min_p=0.0, **_):
    """Weights in float64 after the filters, 0 where dropped, and the total before them.

    Top-p keeps a little more than it must: the tokens whose place lies within rounding of the boundary.
    """
    weights = ((logits.double() - logits.double().max()) / (temperature or 1.0)).exp()
    total = weights.sum()
    order = weights.argsort(descending=True, stable=True)
    if temperature == 0:
        order = order[:1]
    if top_k:
        order = order[:top_k]
    if top_p < 1:
        sums = weights[order].cumsum(0)
        order = order[: int((sums < (top_p + ROUNDING) * sums[-1]).sum()) + 1]
    order = order[weights[order] >= min_p * (1 - ROUNDING)]
    left = torch.zeros_like(weights)
    left[order] = weights[order]
    return left, total


@check("sample draws what a sort allows", vocab=(1, 2, 33, 1000, 151936), filters=tuple(FILTERS))
def _(device, vocab, filters):
    options = FILTERS[filters]
    logits = rows(16, vocab)
    ids, logprobs = operator("sample")(logits.to(device), seed=11, **options)
    for b in range(16):
        left, total = left_after(logits[b], **options)
        weight = left[int(ids[b])]
        assert weight > 0, f"row {b}: id {int(ids[b])} was filtered out"
        of = left.sum() if options.get("truncated_logprobs") else total
        # With top-p, what the twin keeps too much of is up to 1e-5 of what is left, or a small row's token.
        if not options.get("truncated_logprobs") or vocab > 1000:
            close(logprobs[b], (weight / of).log(), 4 * LOGPROB, "log-prob")


@check("sample draws the CPU's ids", filters=tuple(FILTERS), dtype=(torch.float32, torch.bfloat16))
def _(device, filters, dtype):
    options = FILTERS[filters]
    logits = rows(64, 50257).to(dtype)
    positions = torch.arange(64) * 1000003
    ids, logprobs = operator("sample")(logits.to(device), seed=5, positions=positions.to(device), **options)
    cpu_ids, cpu_logprobs = operator("sample")(logits, seed=5, positions=positions, **options)
    same = ids.cpu() == cpu_ids
    assert same.float().mean() > 0.95, f"only {int(same.sum())} of 64 ids are the CPU's"
    close(logprobs.cpu()[same], cpu_logprobs[same], LOGPROB, "log-prob")


@check("sample draws a token as often as its probability")
def _(device):
    logits = rows(1, 9, 1.0)
    count = 20_000
    positions = torch.arange(count, device=device)
    ids, _ = operator("sample")(logits.expand(count, 9).contiguous().to(device), seed=3, positions=positions,
                                sessions=torch.zeros_like(positions))  # fmt: skip
    expected = count * logits[0].double().softmax(0)
    counts = torch.bincount(ids.cpu().long(), minlength=9)
    chi_squared = ((counts - expected) ** 2 / expected).sum()
    assert chi_squared < 26.1, f"chi squared is {chi_squared:.1f}"  # 8 degrees of freedom: 1 in 1000


@check("sample gives ties to the lower ids", top_k=(1, 7, 100, 250))
def _(device, top_k):
    logits = torch.zeros(32, 300, device=device)
    ids, logprobs = operator("sample")(logits, seed=1, top_k=top_k)
    assert (ids < top_k).all(), f"an id of {int(ids.max())}"
    close(logprobs, torch.full((32,), -math.log(300)), LOGPROB, "log-prob")


@check("sample never draws what is banned, and nothing from a row that is not finite")
def _(device):
    logits = rows(64, 200)
    banned = torch.tensor([i for i in range(200) if i % 7 != 2])
    ids, _ = operator("sample")(logits.to(device), seed=1, banned=banned.to(device), top_p=0.9)
    assert (ids % 7 == 2).all()
    logits[0, 5], logits[1, 6], logits[2] = math.nan, math.inf, -math.inf
    ids, logprobs = operator("sample")(logits.to(device), seed=1)
    assert (ids[:3] == -1).all() and logprobs[:3].isnan().all()
    assert (ids[3:] >= 0).all() and logprobs[3:].isfinite().all()


@check("a draw depends on its own row, seed, session and position alone")
def _(device):
    logits = rows(24, 5003).to(device)
    positions = torch.arange(24, device=device) * 7
    sessions = torch.arange(24, device=device) + (1 << 40)
    draw = lambda at: operator("sample")(  # noqa: E731
        logits[at], seed=9, sessions=sessions[at], positions=positions[at], top_p=0.95
    )
    whole = draw(torch.arange(24, device=device))
    same_bits(whole, draw(torch.arange(24, device=device)), "sample")
    half = draw(torch.arange(23, -1, -2, device=device))
    same_bits([x.flip(0)[::2] for x in whole], half, "sample of other rows")


def draws_of(rows):
    """The bytes of kernels/row_draw.h: uniform, temperature, top_p, min_p, top_k, target, bans."""
    packed = b"".join(struct.pack("dfffiii", *row) for row in rows)
    return torch.frombuffer(bytearray(packed), dtype=torch.int32).view(len(rows), 8)


@check("rows with options of their own are drawn as they ask, and scored alike")
def _(device):
    vocab = 50257
    logits = rows(5, vocab)
    bans = torch.zeros(1, (vocab + 31) // 32, dtype=torch.int32)
    bans[0, : vocab // 64] = -1  # the lower half, to a word
    draws = [
        (0.3, 1.0, 1.0, 0.0, 0, -1, -1),
        (0.9, 0.6, 0.8, 0.0, 0, -1, -1),
        (0.5, 0.0, 1.0, 0.0, 0, -1, -1),
        (0.5, 1.3, 1.0, 0.01, 40, -1, -1),
        (0.5, 1.0, 1.0, 0.0, 0, -1, 0),
    ]
    results = {}
    for where in {device, "cpu"}:
        out = torch.empty(5, 2, dtype=torch.int32, device=where)
        operator("draw_rows")(logits.to(where), draws_of(draws).to(where), bans.to(where), out)
        results[where] = out.cpu()
    ids = results[device][:, 0]
    assert (ids == results["cpu"][:, 0]).sum() >= 4, f"{ids} are not {results['cpu'][:, 0]}"
    assert ids[2] == logits[2].argmax()
    assert ids[4] >= vocab // 64 * 32
    logprobs = results[device][:, 1].contiguous().view(torch.float32)
    for b in range(4):
        expected = (logits[b].double() / (draws[b][1] or 1.0)).log_softmax(0)[ids[b]]
        close(logprobs[b], expected, 4 * LOGPROB, "log-prob")
    scored = torch.empty(5, 2, dtype=torch.int32, device=device)
    targets = [(*draw[:5], int(ids[b]), draw[6]) for b, draw in enumerate(draws)]
    operator("draw_rows")(logits.to(device), draws_of(targets).to(device), bans.to(device), scored)
    same_bits(scored, results[device], "scores")
