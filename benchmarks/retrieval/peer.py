"""bm25s with numba, driven line by line from index.ts: one JSON object in, one out."""

import json
import sys
import time

import bm25s
import numba

numba.set_num_threads(1)
TOKENS = {"token_pattern": r"(?u)\b\w+\b", "stopwords": None, "show_progress": False}
index = None


def build(corpus_path, k1, b):
    global index
    with open(corpus_path, encoding="utf-8") as file:
        documents = json.load(file)
    start = time.perf_counter()
    index = bm25s.BM25(method="lucene", k1=k1, b=b, backend="numba")
    index.index(bm25s.tokenize(documents, **TOKENS), show_progress=False)
    return {"seconds": time.perf_counter() - start}


def search(queries, topK):
    start = time.perf_counter()
    tokens = bm25s.tokenize(queries, return_ids=False, **TOKENS)
    documents, scores = index.retrieve(tokens, k=topK, n_threads=1, show_progress=False)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "scores": scores.tolist()}


print(json.dumps({"versions": {"bm25s": bm25s.__version__, "numba": numba.__version__}}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    result = {"build": build, "search": search}[request.pop("call")](**request)
    print(json.dumps(result), flush=True)
