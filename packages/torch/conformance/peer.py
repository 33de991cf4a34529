"""PyTorch's side: tries what was drawn for each overload, and records the first call that succeeds.

    python peer.py CASES FOLDER FIRST

Writes FOLDER/N.json and FOLDER/N.safetensors for case N, beginning with FIRST. Before each case its
number goes to FOLDER/progress: whoever reads it after a crash knows which operator ended the process.
"""

import json
import math
import signal
import sys
import warnings
from pathlib import Path

import torch
from safetensors.torch import save_file

warnings.filterwarnings("ignore")
torch.set_num_threads(1)

SECONDS = 10


class Refused(Exception):
    pass


def make_tensor(spec, generator):
    shape, dtype, fill = spec["shape"], getattr(torch, spec["dtype"]), spec["fill"]
    if fill == "normal":
        base = torch.complex64 if dtype.is_complex else torch.float64
        values = torch.randn(shape, generator=generator, dtype=base)
    elif fill == "unit":
        values = torch.rand(shape, generator=generator, dtype=torch.float64) * 0.8 + 0.1
    elif fill == "index":
        values = torch.randint(0, spec.get("below", 2), shape, generator=generator)
    elif fill == "bool":
        values = torch.rand(shape, generator=generator) < 0.5
    elif fill == "sorted":
        values = torch.randn(shape, generator=generator, dtype=torch.float64).sort().values
    elif fill == "definite":
        root = torch.randn(shape, generator=generator, dtype=torch.float64)
        values = root @ root.mT + torch.eye(shape[-1])
    else:
        values = torch.full(shape, 1.0 if fill == "ones" else 0.0)
    return values.to(dtype)


class Call:
    """One call's arguments: leaves to differentiate with respect to, and what is passed."""

    def __init__(self, specs, with_grad):
        self.generator = torch.Generator().manual_seed(1)
        self.inputs = {}
        self.leaves = {}
        self.with_grad = with_grad
        self.values = [self.value(spec, str(i)) for i, spec in enumerate(specs)]

    def value(self, spec, key):
        kind = spec["kind"]
        if kind == "tensor":
            tensor = make_tensor(spec, self.generator)
            self.inputs[key] = tensor.clone()
            if not self.with_grad or spec.get("written") or not tensor.dtype.is_floating_point:
                return tensor
            self.leaves[key] = tensor.requires_grad_()
            return tensor.clone()  # what an operator may change in place
        if kind == "list":
            return [self.value(item, f"{key}.{i}") for i, item in enumerate(spec["items"])]
        if kind == "dtype":
            return getattr(torch, spec["value"])
        if kind == "generator":
            return torch.Generator().manual_seed(7)
        return spec.get("value")

    def run(self, op, case, specs):
        positional, named = [], {}
        for spec, value, name, keyword_only in zip(
            specs, self.values, case["names"], case["keywordOnly"]
        ):
            if spec["kind"] == "default":
                continue
            if keyword_only or len(positional) < case["names"].index(name):
                named[name] = value
            else:
                positional.append(value)
        torch.manual_seed(0)
        return op(*positional, **named)


def flat(result):
    if isinstance(result, (list, tuple)):
        return [each for item in result for each in flat(item)]
    return [result]


def storable(tensor):
    if tensor.dtype == torch.complex32:
        raise Refused("a result of type complex32 is not compared")
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.is_nested:
        raise Refused(f"a result of layout {tensor.layout} is not compared")
    tensor = tensor.detach().resolve_conj().resolve_neg()
    if tensor.dtype in (torch.complex128,):
        tensor = torch.view_as_real(tensor)
    return tensor.clone().contiguous()


def differentiate(outputs, leaves):
    loss = None
    for output in outputs:
        if not isinstance(output, torch.Tensor) or not output.requires_grad:
            continue
        real = torch.view_as_real(output.resolve_conj()) if output.is_complex() else output
        loss = real.sum() if loss is None else loss + real.sum()
    if loss is None:
        return None
    return torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)


def record(op, case, specs):
    """(description, tensors), or raises what PyTorch refuses."""
    try:
        call = Call(specs, True)
        outputs = flat(call.run(op, case, specs))
        recorded = any(isinstance(o, torch.Tensor) and o.requires_grad for o in outputs)
    except Exception:
        call = Call(specs, False)
        outputs = flat(call.run(op, case, specs))
        recorded = False
    tensors = {f"i{key}": storable(tensor) for key, tensor in call.inputs.items()}
    described = []
    for i, output in enumerate(outputs):
        if isinstance(output, torch.Tensor):
            tensors[f"o{i}"] = storable(output)
            described.append({"dtype": str(output.dtype).removeprefix("torch.")})
        elif isinstance(output, float) and not math.isfinite(output):
            described.append({"value": str(output)})
        elif isinstance(output, (int, float, bool, str)) or output is None:
            described.append({"value": output})
        elif isinstance(output, torch.dtype):
            described.append({"value": str(output).removeprefix("torch.")})
        else:
            raise Refused(f"a result of type {type(output).__name__} is not compared")
    result = {"withGrad": call.with_grad, "outputs": described, "gradients": None}
    if recorded:
        try:
            gradients = differentiate(outputs, call.leaves)
            result["gradients"] = []
            for key, gradient in zip(call.leaves, gradients):
                result["gradients"].append({"of": key, "none": gradient is None})
                if gradient is not None:
                    tensors[f"g{key}"] = storable(gradient)
        except Exception as error:
            result["gradientError"] = first_line(error)
    return result, tensors


def first_line(error):
    return f"{type(error).__name__}: {error}".split("\n")[0][:200]


def out_of_time(*_):
    raise Refused(f"takes longer than {SECONDS} s")


def main():
    cases = json.loads(Path(sys.argv[1]).read_text())
    folder, first = Path(sys.argv[2]), int(sys.argv[3])
    signal.signal(signal.SIGALRM, out_of_time)
    for number in range(first, len(cases)):
        case = cases[number]
        (folder / "progress").write_text(str(number))
        namespace, name = case["name"].split("::")
        errors = []
        result = {}
        try:
            packet = getattr(getattr(torch.ops, namespace), name)
            op = getattr(packet, case["overload"] or "default")
            for attempt, specs in enumerate(case["attempts"]):
                signal.alarm(SECONDS)
                try:
                    result, tensors = record(op, case, specs)
                    result["attempt"] = attempt
                    save_file(tensors, folder / f"{number}.safetensors")
                    break
                except Exception as error:
                    errors.append(first_line(error))
                finally:
                    signal.alarm(0)
        except AttributeError as error:
            errors.append(first_line(error))
        if "attempt" not in result:
            result = {"refused": errors}
        (folder / f"{number}.json").write_text(json.dumps(result))


main()
