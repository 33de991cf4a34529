"""FAISS, driven line by line from vectors.ts: one JSON object in, one out."""

import json
import sys
import time

import faiss
import numpy

index = None
queries = None


def build(vectors, questions, threads):
    global index, queries
    faiss.omp_set_num_threads(threads)
    # From so many queries on FAISS multiplies matrices. Its default asks for more than 32, where it
    # is many times slower.
    faiss.cvar.distance_compute_blas_threshold = 20
    rows = numpy.load(vectors, mmap_mode="r")
    index = faiss.IndexFlatIP(rows.shape[1])
    for first in range(0, len(rows), 65536):
        index.add(numpy.ascontiguousarray(rows[first : first + 65536]))
    queries = numpy.load(questions)
    return {"rows": index.ntotal}


def search(count, topK):
    start = time.perf_counter()
    scores, ids = index.search(queries[:count], topK)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "scores": scores.tolist(), "ids": ids.tolist()}


print(json.dumps({"versions": {"faiss": faiss.__version__}}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    result = {"build": build, "search": search}[request.pop("call")](**request)
    print(json.dumps(result), flush=True)
