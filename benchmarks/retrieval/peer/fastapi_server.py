"""Search-R1's retrieval server as a user would write it over bm25s: FastAPI, uvicorn, one process.

fastapi_server.py corpus.jsonl port: prints one line of JSON when it is ready.
"""

import json
import sys

import bm25s
import fastapi
import numba
import uvicorn
from pydantic import BaseModel

corpus_path, port = sys.argv[1], int(sys.argv[2])
numba.set_num_threads(1)
TOKENS = {"token_pattern": r"(?u)\b\w\w+\b", "stopwords": "english", "show_progress": False}
with open(corpus_path, encoding="utf-8") as file:
    corpus = [json.loads(line) for line in file]
index = bm25s.BM25(method="lucene", k1=0.9, b=0.4, backend="numba")
tokens = bm25s.tokenize([row["contents"] for row in corpus], **TOKENS)
index.index(tokens, show_progress=False)
del tokens
app = fastapi.FastAPI()


class Query(BaseModel):
    queries: list[str]
    topk: int | None = None
    return_scores: bool = False


# A plain function, as in Search-R1: FastAPI calls it in a pool of threads.
@app.post("/retrieve")
def retrieve(request: Query):
    asked = bm25s.tokenize(request.queries, return_ids=False, **TOKENS)
    ids, scores = index.retrieve(asked, k=request.topk or 3, n_threads=1, show_progress=False)
    return {
        "result": [
            [{"document": corpus[i], "score": float(s)} for i, s in zip(row, row_scores)]
            for row, row_scores in zip(ids.tolist(), scores.tolist())
        ]
    }


class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        versions = {"bm25s": bm25s.__version__, "fastapi": fastapi.__version__}
        print(json.dumps({"versions": {**versions, "uvicorn": uvicorn.__version__}}), flush=True)


# Warm: numba compiles at the first call.
retrieve(Query(queries=["warm up"], topk=3))
Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning")).run()
