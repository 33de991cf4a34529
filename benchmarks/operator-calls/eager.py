"""What calls of operators cost in Python: one JSON request a line in, seconds per call out."""

import json
import sys
import time

import torch

torch.set_num_threads(1)
a = torch.arange(1.0, 9.0)
b = a.clone()
square = torch.tensor([[1.0, 2.0], [3.0, 4.0]])


def add():
    torch.add(a, b)


def add_in_place():
    a.add_(b)


def view():
    a.view(2, 4)


def matmul():
    square.matmul(square)


def softmax():
    a.softmax(dim=-1)


def total():
    a.sum(dim=[0], keepdim=True)


def shape():
    list(a.shape)


calls = {
    "add, 8 floats": add,
    "add in place, 8 floats": add_in_place,
    "add, 8 floats, left to the collector": add,
    "add, 8 floats, by its full name": add,
    "add, 8 floats, in a run()": add,
    "view": view,
    "matmul, 2 × 2": matmul,
    "softmax by options": softmax,
    "sum over an axis by options": total,
    "shape": shape,
}

print(json.dumps({"versions": {"torch": torch.__version__}}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    call = calls[request["call"]]
    a.fill_(1)
    start = time.perf_counter()
    for _ in range(request["times"]):
        call()
    print(json.dumps((time.perf_counter() - start) / request["times"]), flush=True)
