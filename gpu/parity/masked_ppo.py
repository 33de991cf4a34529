"""querl::masked_ppo on the device: against the CPU operator, and against autograd in float64."""

import math

import torch
from harness import SIZES, check, close, operator, same_bits

# Of the loss: log-ratios of float32 log-probs below 10 are off by 6e-7, and some roundings follow.
LOSS = 2e-6
# Of a token's gradient, in units of the token's weight: the same, times an advantage of up to 5.
GRADIENT = 1e-5
# Between the CPU's and the device's float32, which round in another order.
SAME = 2e-6

MASKS = ("none", "all", "turns")

# One set of options for each feature, and some together.
OPTIONS = {
    "plain": {},
    "clip-higher, dual clip": {"clip_high": 0.28, "dual_clip": 1.5},
    "low limit": {"log_ratio_limit": 0.3},
    "KL k1": {"kl_coefficient": 0.1, "kl_estimator": "k1"},
    "KL k2": {"kl_coefficient": 0.1, "kl_estimator": "k2"},
    "KL k3, limited": {"kl_coefficient": 0.1, "kl_limit": 0.2},
    "token truncation": {"correction": "token_truncate", "correction_cap": 1.2},
    "token mask": {"correction": "token_mask", "correction_floor": 0.6, "correction_cap": 1.4},
    "sequence truncation": {"correction": "sequence_truncate", "correction_cap": 1.2},
    "sequence mask": {"correction": "sequence_mask", "correction_floor": 0.6, "correction_cap": 1.4},
    "sequences": {"aggregation": "sequences"},
    "sequence sums": {"aggregation": "sequence_sums"},
    "micro-batches": {"aggregation": "micro_batches"},
    "constant length": {"aggregation": "constant", "denominator": 4096.0},
    "GSPO": {"ratio": "sequence", "aggregation": "sequences", "clip_low": 0.03, "clip_high": 0.04},
    "values and entropy": {"value_coefficient": 0.5, "value_clip": 0.2, "entropy_coefficient": 0.01},
    "everything": {
        "clip_high": 0.3, "dual_clip": 2.0, "correction": "token_truncate", "correction_cap": 1.2,
        "kl_coefficient": 0.05, "entropy_coefficient": 0.02, "value_clip": 0.3, "aggregation": "micro_batches",
    },
}  # fmt: skip

FLOATS = (
    "logprobs", "old_logprobs", "advantages", "reference_logprobs", "sampler_logprobs",
    "entropies", "values", "old_values", "returns",
)  # fmt: skip


def batch(size, masking, seed=0):
    """A packed batch on the CPU with NaN and infinities wherever the mask is 0."""
    generator = torch.Generator().manual_seed(seed)
    normal = lambda: torch.randn(size, generator=generator)  # noqa: E731
    old = -(2 * normal()).abs()
    inputs = {
        "logprobs": old + 0.4 * normal(),
        "old_logprobs": old,
        "advantages": normal(),
        "reference_logprobs": old + 0.6 * normal(),
        "sampler_logprobs": old + 0.3 * normal(),
        "entropies": normal().abs(),
        "values": normal(),
        "returns": 3 + normal(),
    }
    inputs["old_values"] = inputs["values"] + 0.5 * normal()
    cuts = torch.randint(0, size + 1, (size // 40,), generator=generator).sort().values
    offsets = torch.cat([torch.tensor([0]), cuts, torch.tensor([size])])  # equal ones: empty sequences
    sequences = len(offsets) - 1
    turns = torch.rand(size // 8 + 1, generator=generator).repeat_interleave(8)[:size] < 0.5
    masks = {"none": torch.ones(size), "all": torch.zeros(size), "turns": turns}
    mask = masks[masking].to(torch.uint8)
    garbage = torch.tensor([math.nan, math.inf, -math.inf, 1e30])
    for name in FLOATS:
        hidden = mask == 0
        inputs[name][hidden] = garbage[torch.arange(int(hidden.sum())) % 4]
    inputs["mask"] = mask
    inputs["offsets"] = offsets
    inputs["micro_batches"] = torch.tensor([0, sequences // 3, sequences // 3, sequences])
    return inputs


def arguments(inputs, options):
    """Positional and keyword arguments of the operator; only the inputs that the options ask for."""
    wanted = {"offsets"}
    if options.get("kl_coefficient"):
        wanted.add("reference_logprobs")
    if options.get("correction"):
        wanted.add("sampler_logprobs")
    if options.get("entropy_coefficient"):
        wanted.add("entropies")
    if "value_coefficient" in options or "value_clip" in options:
        wanted |= {"values", "old_values", "returns"}
    if options.get("aggregation") == "micro_batches":
        wanted.add("micro_batches")
    positional = [inputs[name] for name in ("logprobs", "old_logprobs", "advantages", "mask")]
    return positional, {**{name: inputs[name] for name in sorted(wanted)}, **options}


def gradients(inputs, options, device):
    """Sums and the three gradients, from the operator on a device, as tensors on the CPU."""
    positional, named = arguments({name: tensor.to(device) for name, tensor in inputs.items()}, options)
    results = operator("masked_ppo_gradients")(*positional, **named)
    return [None if result is None else result.cpu() for result in results]


def twin(inputs, options):
    """The loss and the gradients of log-probs, entropies and values by autograd in float64."""
    o = {"clip_low": 0.2, "clip_high": 0.2, "dual_clip": 0.0, "log_ratio_limit": 20.0, **options}
    kept = inputs["mask"] != 0
    sizes = inputs["offsets"].diff()
    sequence = torch.repeat_interleave(torch.arange(len(sizes)), sizes)[kept]
    x = {name: inputs[name][kept].double() for name in FLOATS}
    leaves = [x[name].requires_grad_() for name in ("logprobs", "entropies", "values")]
    cut = lambda value: value.clamp(-o["log_ratio_limit"], o["log_ratio_limit"])  # noqa: E731


    def total(values):
        """Of each sequence."""
        return torch.zeros(len(sizes), dtype=torch.double).index_add(0, sequence, values)

    tokens = total(torch.ones(len(sequence), dtype=torch.double))
    log_ratio = x["logprobs"] - x["old_logprobs"]
    if o.get("ratio") == "sequence":
        # GSPO's token form: the value of the sequence's ratio, the gradient of the token's own log-prob.
        mean = (total(log_ratio.detach()) / tokens.clamp(min=1))[sequence]
        log_ratio = mean + log_ratio - log_ratio.detach()
    ratio = cut(log_ratio).exp()
    clipped = ratio.clamp(1 - o["clip_low"], 1 + o["clip_high"])
    policy = torch.maximum(-ratio * x["advantages"], -clipped * x["advantages"])
    if o["dual_clip"]:
        capped = torch.minimum(policy, -o["dual_clip"] * x["advantages"])
        policy = torch.where(x["advantages"] < 0, capped, policy)
    if o.get("correction"):
        log_weight = x["old_logprobs"] - x["sampler_logprobs"]
        if o["correction"].startswith("sequence"):
            log_weight = total(log_weight)[sequence]
        weight = cut(log_weight).exp()
        used = weight.clamp(o.get("correction_floor", 0.0), o.get("correction_cap", 2.0))
        if o["correction"].endswith("mask"):
            used = torch.where(used == weight, used, torch.zeros_like(used))
        policy = policy * used
    term = policy
    if o.get("kl_coefficient"):
        d = x["reference_logprobs"] - x["logprobs"]
        k3 = cut(d).exp() - 1 - cut(d)
        if o.get("kl_limit"):
            k3 = k3.clamp(max=o["kl_limit"])
        kl = {"k1": -d, "k2": d * d / 2, "k3": k3}[o.get("kl_estimator", "k3")]
        term = term + o["kl_coefficient"] * kl
    if o.get("entropy_coefficient"):
        term = term - o["entropy_coefficient"] * x["entropies"]
    if "value_coefficient" in o or "value_clip" in o:
        error = (x["values"] - x["returns"]) ** 2
        if o.get("value_clip"):
            moved = (x["values"] - x["old_values"]).clamp(-o["value_clip"], o["value_clip"])
            error = torch.maximum(error, (x["old_values"] + moved - x["returns"]) ** 2)
        term = term + o.get("value_coefficient", 1.0) * error / 2

    weight = weights(inputs, o, tokens)[sequence]
    loss = (weight * term).sum()
    slopes = torch.autograd.grad(loss, leaves, allow_unused=True) if len(sequence) else [None] * 3
    full = []
    for slope in slopes:
        whole = torch.zeros(len(kept), dtype=torch.double)
        if slope is not None:
            whole[kept] = slope
        full.append(whole)
    return loss.detach(), full, weight.max() if len(weight) else torch.tensor(0.0)


def weights(inputs, options, tokens):
    """The weight of a token of each sequence; `tokens`: those with mask 1 in each."""
    given = options.get("denominator", 0.0)
    aggregation = options.get("aggregation", "tokens")
    if aggregation == "tokens":
        weight = torch.full_like(tokens, 1 / (given or max(tokens.sum().item(), 1)))
    elif aggregation == "constant":
        weight = torch.full_like(tokens, 1 / given)
    elif aggregation == "micro_batches":
        bounds = inputs["micro_batches"].tolist()
        weight = torch.zeros_like(tokens)
        for begin, end in zip(bounds, bounds[1:]):
            weight[begin:end] = 1 / (tokens[begin:end].sum().clamp(min=1) * (given or len(bounds) - 1))
    else:
        alive = given or max(int((tokens > 0).sum()), 1)
        own = tokens.clamp(min=1) if aggregation == "sequences" else torch.ones_like(tokens)
        weight = 1 / (own * alive)
    return weight


@check("the loss and its gradients are those of float64 autograd", name=OPTIONS, size=SIZES, mask=MASKS)
def _(device, name, size, mask):
    inputs, options = batch(size, mask), OPTIONS[name]
    loss, slopes, weight = twin(inputs, options)
    sums, *actual = gradients(inputs, options, device)
    close(sums[:4].sum(), loss, LOSS * max(1, sums[4].item()), "loss")
    for what, slope, expected in zip(("d_logprobs", "d_entropies", "d_values"), actual, slopes):
        if slope is not None:
            scale = max(weight.item(), 1e-30)
            close(slope / scale, expected / scale, GRADIENT, what)


@check("every statistic is the CPU operator's", name=OPTIONS, size=(33, 4096, 100_003))
def _(device, name, size):
    inputs = batch(size, "turns", seed=1)
    here, there = (gradients(inputs, OPTIONS[name], place) for place in ("cpu", device))
    close(there[0] / size, here[0] / size, SAME, "sums")
    for what, expected, actual in zip(("d_logprobs", "d_entropies", "d_values"), here[1:], there[1:]):
        assert (expected is None) == (actual is None), what
        if expected is not None:
            scale = expected.abs().max().item() or 1
            close(actual / scale, expected / scale, SAME, what)


@check("two runs give the same bits", name=("plain", "GSPO", "everything"))
def _(device, name):
    inputs = batch(300_007, "turns", seed=2)
    first, second = (gradients(inputs, OPTIONS[name], device) for _ in range(2))
    same_bits(first, second, name)


@check("a slice that starts between vectors gives the bits of its copy", start=(0, 1, 2, 3, 5))
def _(device, start):
    inputs = {name: tensor.to(device) for name, tensor in batch(9001, "turns", seed=3).items()}
    cut = {name: inputs[name][start:] for name in (*FLOATS, "mask")}
    copied = {name: tensor.clone() for name, tensor in cut.items()}
    names = ("logprobs", "old_logprobs", "advantages", "mask")
    results = [
        operator("masked_ppo_gradients")(*(part[name] for name in names)) for part in (cut, copied)
    ]
    same_bits(*results, "slice")


@check("log-ratios at the limits of float32 stay finite", shift=(-1e30, -200.0, 200.0, 1e30))
def _(device, shift):
    size = 1000
    old = torch.zeros(size, device=device)
    new = torch.full((size,), shift, device=device)
    ones = torch.ones_like(old)
    sums, slope, *_ = operator("masked_ppo_gradients")(new, old, ones, ones.bool())
    assert sums[:22].isfinite().all() and slope.isfinite().all(), sums
    assert (slope == 0).all(), "beyond the limit there is no gradient"


@check("autograd through the operator gives what masked_ppo_gradients gives, times the slope")
def _(device):
    inputs = {name: tensor.to(device) for name, tensor in batch(4096, "turns", seed=4).items()}
    positional, named = arguments(inputs, OPTIONS["everything"])
    _, *expected = operator("masked_ppo_gradients")(*positional, **named)
    leaves = [positional[0], named["entropies"], named["values"]]
    for leaf in leaves:
        leaf.requires_grad_()
    loss, _ = operator("masked_ppo")(*positional, **named)
    for what, actual, slope in zip("abc", torch.autograd.grad(3 * loss, leaves), expected):
        close(actual, 3 * slope.double(), 1e-7, what)


@check("the operator runs on the stream that is current")
def _(device):
    if device != "cuda":
        return
    inputs = {name: tensor.to(device) for name, tensor in batch(1 << 20, "turns", seed=5).items()}
    positional, named = arguments(inputs, OPTIONS["everything"])
    expected = operator("masked_ppo_gradients")(*positional, **named)
    torch.cuda.synchronize()
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        late = [tensor.clone() for tensor in positional]
        for tensor in late:
            tensor.zero_()
        torch.cuda._sleep(50_000_000)  # what follows must wait for the copies behind it
        for tensor, source in zip(late, positional):
            tensor.copy_(source)
        actual = operator("masked_ppo_gradients")(*late, **named)
    stream.synchronize()
    same_bits(actual, expected, "on another stream")
