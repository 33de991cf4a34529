"""bm25s with numba, driven line by line from bm25.ts: one JSON object in, one out."""

import json
import resource
import sys
import time
from pathlib import Path

import bm25s
import numba

numba.set_num_threads(1)
# What the analysers of ours are called, as bm25s has them.
TOKENS = {
    "words": {"token_pattern": r"(?u)\b\w+\b", "stopwords": None},
    "bm25s": {"token_pattern": r"(?u)\b\w\w+\b", "stopwords": "english"},
}
index = None
tokens = None


def build(lines, analyzer, k1, b, folder=None):
    global index, tokens
    tokens = {**TOKENS[analyzer], "show_progress": False}
    with open(lines, encoding="utf-8") as file:
        documents = file.read().splitlines()
    start = time.perf_counter()
    index = bm25s.BM25(method="lucene", k1=k1, b=b, backend="numba")
    index.index(bm25s.tokenize(documents, **tokens), show_progress=False)
    built = {
        "seconds": time.perf_counter() - start,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    if folder is None:
        return built
    index.save(folder)
    return {**built, "bytes": sum(file.stat().st_size for file in Path(folder).iterdir())}


def search(questions, topK):
    start = time.perf_counter()
    asked = bm25s.tokenize(questions, return_ids=False, **tokens)
    _, scores = index.retrieve(asked, k=topK, n_threads=1, show_progress=False)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "scores": scores.tolist()}


print(json.dumps({"versions": {"bm25s": bm25s.__version__, "numba": numba.__version__}}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    result = {"build": build, "search": search}[request.pop("call")](**request)
    print(json.dumps(result), flush=True)
