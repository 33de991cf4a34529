"""Builds the CUDA kernels on this machine, checks them on its device, and measures them.

usage: check.py [--cpu] [--only REGEX] [--no-benchmarks] [--library FILE] [--nvcc PATH] [--jobs N] [--out FOLDER]

Needs neither Node nor a network: Python 3.8 with torch 2.11 to 2.14 for CUDA, nvcc, cmake, ninja or make.
First the operators against float64 in Python; then, where Node's headers are there (they are in what
`npm run check:gpu -- --pack` packs, with Node itself), the C++ tests of what needs a device, and a small
model through JavaScript; then the benchmarks.

Figures are appended to benchmarks/results/gpu.jsonl, and copied with the log of each part to `--out` (or
$OUT). `--cpu` runs the same checks on the CPU operators, which tries out the frame and the twins where
there is no device.

Exit code: 0, or 1 where something failed, or 3 where there is no device (after compiling what can be).
"""

import argparse
import importlib
import os
import pathlib
import re
import sys
import traceback

from build import ROOT, BuildError, build, find_nvcc, find_torch
from programs import Programs

HERE = pathlib.Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cpu", action="store_true", help="the checks on the CPU operators; no benchmarks")
    parser.add_argument("--only", default="", help="the checks and benchmarks whose module or name matches")
    parser.add_argument("--no-benchmarks", action="store_true")
    parser.add_argument("--library", type=pathlib.Path, help="a libquerl_ops.so that is built already")
    parser.add_argument("--nvcc", type=pathlib.Path, default=find_nvcc())
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--out", type=pathlib.Path, default=os.environ.get("OUT"), help="where results go as well")
    arguments = parser.parse_args()

    torch_folder = find_torch()
    library = arguments.library or compile_all(torch_folder, arguments)
    if torch_folder is None:
        return no_device(f"{sys.executable} has no torch")

    import torch

    programs = Programs(build_folder(arguments), torch_folder, arguments.out)
    if not arguments.cpu and not torch.cuda.is_available():
        # What could be built is at least loaded.
        failures = programs.load()
        return failed("the addon does not load") if failures else no_device(f"torch {torch.__version__} finds none")
    if library is None:
        return failed("libquerl_ops.so could not be built: it needs nvcc and a CUDA build of torch.")
    torch.ops.load_library(str(library))
    device = "cpu" if arguments.cpu else "cuda"
    print(f"\ntorch {torch.__version__}, {describe(torch, device)}\n", flush=True)

    for module in modules("parity"):
        importlib.import_module(module)
    from harness import run_checks

    counts = run_checks(device, arguments.only)
    print("\n" + ", ".join(f"{count} {kind}" for kind, count in counts.items()), flush=True)
    failures = counts["failed"]
    if not arguments.only:
        failures += programs.check("cpu" if arguments.cpu else "cuda:0")
    if device == "cuda" and not arguments.no_benchmarks:
        failures += run_benchmarks(arguments.only)
        if not arguments.only:
            failures += programs.measure("cuda:0")
    programs.copy_results()
    return 1 if failures else 0


def run_benchmarks(only):
    """Runs them all, whatever becomes of one; returns how many failed."""
    failures = 0
    for module in modules("benchmarks"):
        if not re.search(only, module):
            continue
        print(f"\n{module}", flush=True)
        try:
            importlib.import_module(module).run()
        except Exception:  # of a peer that does not compile here, say: the others still count
            failures += 1
            traceback.print_exc()
    return failures


def compile_all(torch_folder, arguments):
    # On the CPU's side the CUDA half is left out, so that the frame can be tried without nvcc.
    nvcc = None if arguments.cpu else arguments.nvcc
    if nvcc is None and not arguments.cpu:
        print("There is no nvcc (CUDA_HOME, PATH, /usr/local/cuda): the kernels are not compiled.")
    if nvcc is None and torch_folder is None:
        return None
    try:
        return build(torch_folder, nvcc, folder=build_folder(arguments), jobs=arguments.jobs, everything=True)
    except BuildError as error:
        sys.exit(failed(str(error)))


def build_folder(arguments):
    return ROOT / ("build-ops" if arguments.cpu else "build-cuda")


def modules(kind):
    return [f"{kind}.{path.stem}" for path in sorted((HERE / kind).glob("*.py")) if path.stem != "__init__"]


def describe(torch, device):
    if device == "cpu":
        return "CPU operators"
    properties = torch.cuda.get_device_properties(0)
    sm = f"sm_{properties.major}{properties.minor}"
    return f"{properties.name}, {sm}, {properties.multi_processor_count} multiprocessors"


def no_device(why):
    print(f"\nNo CUDA device: {why}. What could be compiled was; nothing ran on a device.", file=sys.stderr)
    return 3


def failed(message):
    print(f"\n{message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
