"""Figures in the form of benchmarks/result.ts: one JSON line each in benchmarks/results/gpu.jsonl."""

import datetime
import json
import pathlib
import subprocess

import torch

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUITE = "gpu"


def record(case, metric, unit, ours, peer=None, peer_name=None, better="lower", versions=None, series=None):
    """Appends a figure and shows it.

    :param ours: a number, or timing.Samples, of which the row has the spread too
    :param peer: the peer's figure on the same input in the same run, where there is one
    :param better: "lower" or "higher", which gives `ratio`: above 1 where ours is better
    :param versions: of what else the figures depend on, as {"liger": "0.6.4"}
    :param series: (name, axis, size) where the figure lies on a curve: ("maskedPpo", "tokens", 1 << 20)
    """
    ratio = None if peer is None else (peer / ours if better == "lower" else ours / peer)
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    row = {
        "suite": SUITE,
        "case": case,
        "metric": metric,
        "unit": unit,
        "better": better,
        "ours": float(ours),
        "peer": None if peer is None else float(peer),
        "peerName": peer_name,
        "ratio": ratio,
        "threads": 1,
        "device": torch.cuda.get_device_name(),
        "oursSpread": spread(ours),
        "peerSpread": spread(peer),
        "series": series and dict(zip(("name", "axis", "size"), series)),
        "resolution": 0,
        "isContext": False,
        "versions": {
            "querl": json.loads((ROOT / "package.json").read_text())["version"],
            "torch": torch.__version__,
            **(versions or {}),
        },
        "commit": commit(),
        "date": now.replace("+00:00", "Z"),
    }
    results = ROOT / "benchmarks" / "results"
    results.mkdir(parents=True, exist_ok=True)
    with open(results / f"{SUITE}.jsonl", "a") as file:
        file.write(json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n")
    against = "" if peer is None else f", {peer_name} {peer:.4g} ({ratio:.2f}x)"
    print(f"  {case}, {metric}: {ours:.4g} {unit}{against}", flush=True)


def spread(figure):
    """As benchmarks/harness/spread.ts: quartiles between two samples on a straight line."""
    samples = getattr(figure, "samples", None)
    if not samples:
        return None

    def quantile(share):
        position = (len(samples) - 1) * share
        below = samples[int(position)]
        return below + (samples[min(int(position) + 1, len(samples) - 1)] - below) * (position % 1)

    return {"n": len(samples), "min": samples[0], "q1": quantile(0.25), "q3": quantile(0.75), "max": samples[-1]}


def commit():
    """Of the repository, or of what `npm run check:gpu -- --pack` packed."""
    packed = ROOT / "COMMIT"
    if packed.exists():
        return packed.read_text().strip()

    def git(*arguments):
        command = ["git", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    try:
        dirty = git("status", "--porcelain", "--", ".", ":!benchmarks/results")
        return git("rev-parse", "--short=12", "HEAD") + ("-dirty" if dirty else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
