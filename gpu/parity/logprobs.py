"""querl::logits_logprobs and querl::linear_logprobs: against float64 autograd, and the CPU operators."""

import math

import torch
from harness import SIZES, check, close, operator, same_bits

# A log-prob of logits below 30: each z is known to 30 * 2^-24, and sums follow.
FLOAT32 = 1e-5
# A product of float32 numbers of size 1 over 64 of them; the device may sum in any order.
PRODUCT = 5e-5
# Half a step of bfloat16: what a gradient is rounded to.
BFLOAT16 = 2**-8

DTYPES = (torch.float32, torch.bfloat16)


def inputs(tokens, vocab, dtype, seed=0):
    """Logits, targets of which some are ignored, and gradients of which some are 0; on the CPU."""
    generator = torch.Generator().manual_seed(seed)
    logits = (4 * torch.randn(tokens, vocab, generator=generator)).to(dtype)
    targets = torch.randint(vocab, (tokens,), generator=generator)
    targets[torch.arange(tokens) % 5 == 3] = -100
    slopes = torch.randn(2, tokens, generator=generator)
    slopes[:, torch.arange(tokens) % 7 == 6] = 0
    return logits, targets, slopes[0], slopes[1]


def twin(logits, targets, temperature):
    """Log-probs and entropies from float64 logits that may ask for a gradient; 0 where ignored."""
    all_logprobs = torch.log_softmax(logits / temperature, -1)
    kept = targets >= 0
    logprobs = all_logprobs.gather(-1, targets.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    entropies = -(all_logprobs.exp() * all_logprobs).sum(-1)
    return torch.where(kept, logprobs, 0.0), torch.where(kept, entropies, 0.0)


def rounding(dtype):
    return BFLOAT16 if dtype == torch.bfloat16 else 4 * FLOAT32


@check("logits_logprobs equals float64 autograd", vocab=SIZES[1:], dtype=DTYPES, temperature=(1.0, 0.7))
def _(device, vocab, dtype, temperature):
    compare_logits(device, *inputs(13, vocab, dtype), temperature)


@check("logits_logprobs of any number of tokens", tokens=SIZES, dtype=DTYPES)
def _(device, tokens, dtype):
    compare_logits(device, *inputs(tokens, 101, dtype), 1.0)


@check("logits_logprobs over several blocks a row", vocab=(16384, 16385, 40001, 151936), dtype=DTYPES)
def _(device, vocab, dtype):
    compare_logits(device, *inputs(3, vocab, dtype), 1.0)


def compare_logits(device, logits, targets, dl, de, temperature):
    dtype = logits.dtype
    for in_place in (False, True):
        leaf = logits.to(device, copy=True).requires_grad_()
        given = leaf * 1 if in_place else leaf
        logprobs, entropies = operator("logits_logprobs")(
            given, targets.to(device), temperature=temperature, in_place=in_place
        )
        (logprobs * dl.to(device) + entropies * de.to(device)).sum().backward()
        exact = logits.double().requires_grad_()
        expected = twin(exact, targets, temperature)
        (expected[0] * dl + expected[1] * de).sum().backward()
        close(logprobs, expected[0], FLOAT32, "log-prob")
        close(entropies, expected[1], FLOAT32, "entropy")
        close(leaf.grad, exact.grad, rounding(dtype), "gradient")


@check("logits_logprobs takes rows that begin anywhere", start=(0, 1, 3), padding=(0, 1, 8), dtype=DTYPES)
def _(device, start, padding, dtype):
    logits, targets, *_ = inputs(9, 777, dtype)
    wide = torch.full((9, 777 + padding + start), math.nan, dtype=dtype, device=device)
    rows = wide[:, start : start + 777]
    rows.copy_(logits)
    logprobs, entropies = operator("logits_logprobs")(rows, targets.to(device))
    expected = twin(logits.double(), targets, 1.0)
    close(logprobs, expected[0], FLOAT32, "log-prob")
    close(entropies, expected[1], FLOAT32, "entropy")


@check("logits_logprobs: what is not finite stays in its row, and -inf has probability 0")
def _(device):
    logits, targets, *_ = inputs(4, 500, torch.float32)
    targets[:] = torch.tensor([2, 4, -1, 6])
    logits[0, 7] = math.nan
    logits[1, 1::2] = -math.inf
    logits[2] = math.nan
    leaf = logits.to(device).requires_grad_()
    logprobs, entropies = operator("logits_logprobs")(leaf, targets.to(device))
    assert logprobs[0].isnan() and entropies[0].isnan(), "the NaN is hidden"
    some = torch.log_softmax(logits[1, ::2].double(), -1)
    close(logprobs[1], some[2], FLOAT32, "log-prob beside -inf")
    close(entropies[1], -(some.exp() * some).sum(), FLOAT32, "entropy beside -inf")
    assert logprobs[2] == 0 and entropies[2] == 0, "an ignored row is not 0"
    (logprobs + entropies)[1:].sum().backward()
    assert leaf.grad[1:].isfinite().all(), "a gradient is not finite"
    assert (leaf.grad[2] == 0).all(), "an ignored row has a gradient"


@check("logits_logprobs gives the same bits twice", dtype=DTYPES)
def _(device, dtype):
    logits, targets, *_ = (x.to(device) for x in inputs(64, 50257, dtype))
    run = lambda: operator("logits_logprobs")(logits, targets)  # noqa: E731
    same_bits(run(), run(), "logits_logprobs")


@check("linear_logprobs equals float64 autograd", tokens=SIZES, vocab=(1, 33, 5003), dtype=DTYPES)
def _(device, tokens, vocab, dtype):
    compare_linear(device, tokens, 64, vocab, dtype, 0.8)


@check("linear_logprobs over several chunks of the vocabulary", tokens=(700, 5000), dtype=DTYPES)
def _(device, tokens, dtype):
    # On CUDA a chunk of 256 MiB has 12288 columns at 5000 tokens.
    compare_linear(device, tokens if device == "cuda" else 70, 64, 40003, dtype, 1.0)


@check("linear_logprobs of inputs that are not contiguous", dtype=DTYPES)
def _(device, dtype):
    compare_linear(device, 50, 40, 301, dtype, 1.0, padding=8)


def compare_linear(device, tokens, width, vocab, dtype, temperature, padding=0):
    _, targets, dl, de = inputs(tokens, vocab, torch.float32)
    generator = torch.Generator().manual_seed(1)

    def matrix(rows):
        return torch.randn(rows, width + padding, generator=generator).to(dtype)[:, :width]

    hidden, head = matrix(tokens), matrix(vocab) / 4
    leaves = [x.to(device, copy=True).requires_grad_() for x in (hidden, head)]
    logprobs, entropies = operator("linear_logprobs")(*leaves, targets.to(device), temperature=temperature)
    (logprobs * dl.to(device) + entropies * de.to(device)).sum().backward()

    # In float64 on the device: the CPU would take minutes.
    exact = [x.to(device, torch.float64).requires_grad_() for x in (hidden, head)]
    expected = twin(exact[0] @ exact[1].t(), targets.to(device), temperature)
    (expected[0] * dl.to(device) + expected[1] * de.to(device)).sum().backward()
    close(logprobs, expected[0], PRODUCT, "log-prob")
    close(entropies, expected[1], PRODUCT, "entropy")
    for name, leaf, right in zip(("d_hidden", "d_head"), leaves, exact):
        # Relative to the largest: in bfloat16 each of the thousands of slopes of a sum is rounded.
        scale = max(1.0, right.grad.abs().max().item()) if right.grad.numel() else 1.0
        tolerance = 4 * BFLOAT16 if dtype == torch.bfloat16 else PRODUCT
        close(leaf.grad.double() / scale, right.grad / scale, tolerance, name)


@check("linear_logprobs never reads an ignored token")
def _(device):
    _, targets, *_ = inputs(40, 90, torch.float32)
    hidden, head = torch.randn(40, 32), torch.randn(90, 32)
    hidden[targets < 0] = math.nan
    leaves = [x.to(device).requires_grad_() for x in (hidden, head)]
    logprobs, entropies = operator("linear_logprobs")(*leaves, targets.to(device))
    (logprobs + entropies).sum().backward()
    assert logprobs.isfinite().all() and (logprobs[targets.to(device) < 0] == 0).all()
    assert all(leaf.grad.isfinite().all() for leaf in leaves), "a NaN reached a gradient"


@check("linear_logprobs refuses a target beyond the vocabulary")
def _(device):
    try:
        operator("linear_logprobs")(
            torch.randn(2, 4, device=device), torch.randn(9, 4, device=device), torch.tensor([0, 9], device=device)
        )
    except RuntimeError as error:
        assert "below 9" in str(error), str(error)
    else:
        raise AssertionError("nothing was thrown")


@check("linear_logprobs gives the same bits twice", dtype=DTYPES)
def _(device, dtype):
    _, targets, dl, de = (x.to(device) for x in inputs(300, 5003, torch.float32))
    hidden, head = (torch.randn(n, 64, device=device).to(dtype) for n in (300, 5003))

    def run():
        leaves = [x.clone().requires_grad_() for x in (hidden, head)]
        scores = operator("linear_logprobs")(*leaves, targets)
        (scores[0] * dl + scores[1] * de).sum().backward()
        return [*scores, *(leaf.grad for leaf in leaves)]

    same_bits(run(), run(), "linear_logprobs")
