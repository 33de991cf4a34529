"""Builds the CUDA kernels and libquerl_ops.so: the operators for Python's torch, without Node.

usage: build.py [--nvcc PATH] [--torch FOLDER] [--headers FOLDER] [--folder BUILD] [--jobs N] [--werror]
                [--all]
                [--all]

Needs cmake, ninja or make, a C++ compiler, and nvcc; no GPU, no network, and of torch no more than its
folder. Without a torch the kernels alone are compiled, with a CPU build of it also the wrappers, which
are not linked then. `--all` builds what runs without Python, too: the addon where Node's headers are in
node_modules, the C++ tests and a benchmark.
"""

import argparse
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build-cuda"
# What `npm run check:gpu -- --pack` adds to the sources.
CARRY = ROOT / "carry"
NODE_HEADERS = [ROOT / "node_modules" / name for name in ("node-api-headers/include", "node-addon-api")]


class BuildError(Exception):
    """A tool that is missing, or a step that failed; the message says which."""


def find_torch():
    """The folder of this Python's torch, which is not imported; None where there is none."""
    spec = importlib.util.find_spec("torch")
    return pathlib.Path(list(spec.submodule_search_locations)[0]) if spec else None


def find_nvcc():
    """CUDA_HOME's nvcc, else that of PATH, /usr/local/cuda or what scripts/nvcc.mjs fetched; or None."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    homes = [os.environ["CUDA_HOME"]] if os.environ.get("CUDA_HOME") else []
    found = shutil.which("nvcc")
    if found:
        homes.append(pathlib.Path(found).resolve().parent.parent)
    homes += ["/usr/local/cuda", *sorted(cache.glob("querl/cuda-*"))]
    paths = (pathlib.Path(home, "bin", "nvcc") for home in homes)
    return next((path for path in paths if path.exists()), None)


def has_cuda(torch):
    return torch is not None and (torch / "lib" / "libtorch_cuda.so").exists()


def build(torch, nvcc, folder=FOLDER, jobs=None, werror=False, everything=False):
    """Configures and builds; returns the path of libquerl_ops.so, or None where it could not be linked.

    With neither a CUDA torch nor nvcc, the operators are built for the CPU alone. `everything`: also
    folder/querl_torch_tests, a benchmark and, given Node's headers, folder/addon/torch.node.

    :raises BuildError: with what the tool said
    """
    cuda = nvcc is not None
    has_addon = everything and all(headers.exists() for headers in NODE_HEADERS)
    options = {
        "QUERL_TORCH": "ON" if torch else "OFF",
        "QUERL_ADDON": "ON" if has_addon else "OFF",
        "QUERL_ADDON_DIR": pathlib.Path(folder).resolve() / "addon",
        "QUERL_CUDA": "ON" if cuda else "OFF",
        "QUERL_WERROR": "ON" if werror else "OFF",
        "CMAKE_BUILD_TYPE": "Release",
    }
    if torch:
        options["LIBTORCH_DIR"] = torch
    if cuda:
        options["CMAKE_CUDA_COMPILER"] = nvcc
    if has_addon:
        options["CMAKE_JS_INC"] = ";".join(map(str, NODE_HEADERS))
    if (CARRY / "doctest").exists():
        options["DOCTEST_INCLUDE_DIR"] = CARRY
    if not torch and not cuda:
        raise BuildError("There is neither a torch nor an nvcc: nothing can be built.")
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    run(["cmake", "-S", ROOT, "-B", folder, *generator]
        + [f"-D{name}={value}" for name, value in options.items()])
    # A CUDA torch without nvcc, or the other way round, still links: for the CPU, or not at all.
    links = torch and (has_cuda(torch) or not cuda)
    targets = ["querl_ops"] if links else []
    if links and everything:
        targets += ["querl_torch_tests", "querl_benchmark_libtorch_device"]
        targets += ["querl_addons"] if has_addon else []
    if cuda:
        targets.append("querl_kernels_cuda")
        if torch and not links and list(ROOT.glob("native/torch/cuda/*.cc")):
            targets.append("querl_torch_cuda")
    run(["cmake", "--build", folder, "--parallel", str(jobs or os.cpu_count()), "--target", *targets])
    return pathlib.Path(folder, "libquerl_ops.so") if links else None


def run(command):
    command = [str(part) for part in command]
    print("$", " ".join(command), flush=True)
    try:
        code = subprocess.run(command).returncode
    except FileNotFoundError:
        raise BuildError(f"{command[0]} is not installed.") from None
    if code != 0:
        raise BuildError(f"`{' '.join(command)}` ended with {code}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--nvcc", type=pathlib.Path, default=find_nvcc())
    parser.add_argument("--torch", type=pathlib.Path, default=find_torch(), help="default: this Python's")
    parser.add_argument("--headers", type=pathlib.Path, help="a LibTorch in place of a torch without CUDA")
    parser.add_argument("--folder", type=pathlib.Path, default=FOLDER)
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--werror", action="store_true", help="warnings are errors")
    parser.add_argument("--all", action="store_true", dest="everything", help="addon, tests, benchmark")
    arguments = vars(parser.parse_args())
    headers = arguments.pop("headers")
    if headers and not has_cuda(arguments["torch"]):
        arguments["torch"] = headers
    try:
        library = build(**arguments)
    except BuildError as error:
        sys.exit(f"\n{error}")
    print(f"\nBuilt {library or 'the kernels; no operators, which need a CUDA torch to link against'}")


if __name__ == "__main__":
    main()
