"""What is checked and measured beside Python: the C++ tests, a model through Node, the C++ benchmark.

Node is the packed one (carry/node.xz), else that of PATH; without one, or without its headers, that part
is left out, aloud.
"""

import json
import lzma
import os
import pathlib
import re
import shutil
import subprocess

from build import CARRY, ROOT

# Whatever needs no device is tested elsewhere.
DEVICE_TESTS = "*tensor_decoder_torch_test.cc,*device_torch_test.cc"


class Programs:
    def __init__(self, folder, torch_folder, out):
        self.folder = pathlib.Path(folder)
        self.torch_folder = torch_folder
        self.out = pathlib.Path(out) if out else None
        if self.out:
            self.out.mkdir(parents=True, exist_ok=True)

    def load(self):
        """Loads the addon in Node, where both are there; returns 1 where that fails."""
        return self.node("load", "load.mjs") if self.has_addon() else 0

    def check(self, device):
        """Runs the C++ tests, the model and the search; returns how many of them failed."""
        failures = self.tests(device)
        if self.has_addon():
            failures += self.node("model", "smoke.mjs", device) + self.node("vectors", "vectors.mjs", device)
        return failures

    def measure(self, device):
        """Runs the C++ benchmark and records what it says; returns 1 where it fails."""
        from result import record

        program = self.folder / "querl_benchmark_libtorch_device"
        if not program.exists():
            print("\nskipped: the benchmark of whole models is not built")
            return 0
        print("\nmodels", flush=True)
        code, lines = self.run("models", [program, device])
        for line in lines:
            if line.startswith("{"):
                figure = json.loads(line)
                record(figure["case"], figure["metric"], figure["unit"], figure["ours"], better=figure["better"])
        return int(code != 0)

    def copy_results(self):
        results = ROOT / "benchmarks" / "results"
        if self.out and (results / "gpu.jsonl").exists():
            shutil.copy(results / "gpu.jsonl", self.out)

    def tests(self, device):
        program = self.folder / "querl_torch_tests"
        if not program.exists():
            print("\nskipped: the C++ tests are not built")
            return 0
        print(f"\nC++ tests on {device}", flush=True)
        command = [program, f"--source-file={DEVICE_TESTS}", "--no-colors"]
        code, lines = self.run("tests", command, QUERL_TEST_DEVICE=device)
        # A filter that matches nothing would pass.
        ran = any(re.search(r"test cases: +[1-9]", line) for line in lines)
        if code == 0 and not ran:
            print("  no test ran")
        return int(code != 0 or not ran)

    def has_addon(self):
        if not (self.folder / "addon" / "torch.node").exists():
            print("\nskipped: the addon is not built, since node_modules has no headers of Node")
            return False
        if self.find_node() is None:
            print("\nskipped: there is no Node, neither packed nor on PATH")
            return False
        return True

    def node(self, name, script, *arguments):
        print(f"\nNode: {script}", flush=True)
        environment = {
            "QUERL_TORCH_ADDON": str((self.folder / "addon" / "torch.node").resolve()),
            "LIBTORCH": str(self.torch_folder),
        }
        command = [self.find_node(), ROOT / "gpu" / "node" / script, *arguments]
        code, _ = self.run(name, command, **environment)
        return int(code != 0)

    def find_node(self):
        packed, unpacked = CARRY / "node.xz", self.folder / "node"
        if not packed.exists():
            return shutil.which("node")
        if not unpacked.exists():
            with lzma.open(packed) as source, open(unpacked, "wb") as target:
                shutil.copyfileobj(source, target)
            unpacked.chmod(0o755)
        return unpacked

    def run(self, name, command, **environment):
        """Shows what a program says, and keeps it in `name`.log; returns its exit code and its lines."""
        lines = []
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for line in process.stdout:
            print("  " + line.rstrip(), flush=True)
            lines.append(line.rstrip())
        code = process.wait()
        if code != 0:
            print(f"  ended with {code}", flush=True)
        if self.out:
            (self.out / f"{name}.log").write_text("\n".join(lines) + f"\nexit code {code}\n")
        return code, lines
