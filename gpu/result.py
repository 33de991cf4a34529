"""Figures in the form of benchmarks/result.ts: one JSON line each in benchmarks/results/gpu.jsonl."""

import datetime
import json
import pathlib
import subprocess

import torch

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUITE = "gpu"


def record(case, metric, unit, ours, peer=None, peer_name=None, better="lower", versions=None):
    """Appends a figure and shows it.

    :param better: "lower" or "higher", which gives `ratio`: above 1 where ours is better
    :param peer: the peer's figure on the same input in the same run, where there is one
    """
    ratio = None if peer is None else (peer / ours if better == "lower" else ours / peer)
    row = {
        "suite": SUITE,
        "case": case,
        "metric": metric,
        "unit": unit,
        "ours": ours,
        "peer": peer,
        "peerName": peer_name,
        "ratio": ratio,
        "threads": 1,
        "device": torch.cuda.get_device_name(),
        "versions": {
            "querl": json.loads((ROOT / "package.json").read_text())["version"],
            "torch": torch.__version__,
            **(versions or {}),
        },
        "commit": commit(),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    results = ROOT / "benchmarks" / "results"
    results.mkdir(parents=True, exist_ok=True)
    with open(results / f"{SUITE}.jsonl", "a") as file:
        file.write(json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n")
    against = "" if peer is None else f", {peer_name} {peer:.4g} ({ratio:.2f}x)"
    print(f"  {case}, {metric}: {ours:.4g} {unit}{against}", flush=True)


def commit():
    """Of the repository, or of what `npm run check:gpu -- --pack` packed."""
    packed = ROOT / "COMMIT"
    if packed.exists():
        return packed.read_text().strip()

    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    try:
        dirty = git("status", "--porcelain", "--", ".", ":!benchmarks/results")
        return git("rev-parse", "--short=12", "HEAD") + ("-dirty" if dirty else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
