"""querl::rms_norm, querl::rope, querl::swiglu and their gradients: against float64 and autograd."""

import torch
from harness import check, close, operator, same_bits

DTYPES = (torch.float32, torch.bfloat16, torch.float16)
# A rounding of the type, of numbers of up to 8, behind a few of float32.
TOLERANCE = {torch.float32: 4e-6, torch.bfloat16: 8e-3, torch.float16: 1e-3}


def normal(*shape, dtype=torch.float32, device="cpu"):
    return torch.randn(*shape).to(dtype).to(device)


def norm(s, gain, epsilon):
    return s / (s.square().mean(-1, keepdim=True) + epsilon).sqrt() * gain


@check("the norm of a sum is float64's", dtype=DTYPES, shape=((7, 1), (3, 33), (5, 2048), (64, 3, 128), (2, 12000)))
def _(device, dtype, shape):
    x, added = normal(*shape, device=device), normal(*shape, dtype=dtype, device=device)
    gain = (1 + 0.2 * normal(shape[-1])).to(dtype).to(device)
    y, total = torch.empty_like(added), torch.empty_like(x)
    inverse = torch.empty(shape[:-1], device=device)
    operator("rms_norm")(x, added, gain, 1e-6, y, total, inverse)
    s = x.double() + added.double()
    close(y, norm(s, gain.double(), 1e-6), TOLERANCE[dtype], "y")
    close(total, s, 1e-6, "sum")
    close(inverse, 1 / (s.square().mean(-1) + 1e-6).sqrt(), 1e-5, "inverse")


@check("the norm's gradients are autograd's", accumulates=(False, True), shape=((7, 33), (300, 2048), (40, 3, 64)))
def _(device, accumulates, shape):
    x, d_y = normal(*shape, device=device), normal(*shape, device=device)
    gain = (1 + 0.2 * normal(shape[-1])).to(device)
    inverse = 1 / (x.square().mean(-1) + 1e-6).sqrt()
    before = normal(*shape, device=device)
    d_x, d_gain = before.clone(), torch.full_like(gain, 0.5)
    operator("rms_norm_backward")(d_y, x, None, gain, inverse, d_x, d_gain, accumulates)
    leaf, leaf_gain = x.double().requires_grad_(), gain.double().requires_grad_()
    norm(leaf, leaf_gain, 1e-6).backward(d_y.double())
    close(d_x, leaf.grad + (before.double() if accumulates else 0), 2e-5, "d_x")
    close(d_gain, leaf_gain.grad + 0.5, 5e-5, "d_gain")
    again = torch.full_like(gain, 0.5)
    operator("rms_norm_backward")(d_y, x, None, gain, inverse, torch.empty_like(x), again, False)
    same_bits(d_gain, again, "d_gain")


@check("heads turn by their positions, and back", dtype=DTYPES, head_dim=(10, 64, 128))
def _(device, dtype, head_dim):
    x = normal(9, 3, head_dim, dtype=dtype, device=device)
    positions = torch.tensor([0, 5, 5, 999, 1, 2, 3, 70, 6], dtype=torch.int32, device=device)
    angles = torch.arange(1000.0)[:, None] / 100 ** (torch.arange(head_dim // 2) / (head_dim // 2))
    cos, sin = angles.cos().to(device), angles.sin().to(device)
    turned = x.clone()
    operator("rope")(turned, positions, cos, sin)
    c, s = (table[positions.long()].double()[:, None] for table in (cos, sin))
    left, right = x.double().chunk(2, -1)
    close(turned, torch.cat([left * c - right * s, right * c + left * s], -1), TOLERANCE[dtype], "turned")
    operator("rope")(turned, positions, cos, sin, inverse=True)
    close(turned, x, 2 * TOLERANCE[dtype], "turned back")


@check("SwiGLU and its gradients are autograd's", dtype=DTYPES, shape=((1, 1), (7, 6), (64, 11008)))
def _(device, dtype, shape):
    rows, size = shape
    gate_up = normal(rows, 2 * size, dtype=dtype, device=device)
    d_out = normal(rows, size, dtype=dtype, device=device)
    out = torch.empty(rows, size, dtype=dtype, device=device)
    operator("swiglu")(gate_up, out)
    leaf = gate_up.double().requires_grad_()
    expected = torch.nn.functional.silu(leaf[:, :size]) * leaf[:, size:]
    close(out, expected, TOLERANCE[dtype], "out")
    expected.backward(d_out.double())
    d_gate_up, again = torch.empty_like(gate_up), torch.empty_like(out)
    operator("swiglu_backward")(d_out, gate_up, d_gate_up, again)
    close(d_gate_up, leaf.grad, TOLERANCE[dtype], "d_gate_up")
    same_bits(out, again, "out")
