"""Records what bm25s (a peer) scores in its five variants: tests/golden/bm25-variants.json.

The documents and queries are those of bm25.json.

    python3 -m pip install bm25s==0.3.16 && python3 tests/golden/make_bm25_variants.py
"""

import json
import pathlib

import bm25s

VARIANTS = ["lucene", "robertson", "atire", "bm25l", "bm25+"]
SETTINGS = [(0.9, 0.4, 0.5), (1.5, 0.75, 1.0)]
QUERIES = 6


def tokens(texts):
    return bm25s.tokenize(
        texts, token_pattern=r"(?u)\b\w+\b", stopwords=None, return_ids=False, show_progress=False
    )


def main():
    here = pathlib.Path(__file__).parent
    source = json.loads((here / "bm25.json").read_text())
    documents, queries = tokens(source["documents"]), tokens(source["queries"][:QUERIES])
    runs = []
    for variant in VARIANTS:
        for k1, b, delta in SETTINGS:
            index = bm25s.BM25(method=variant, k1=k1, b=b, delta=delta, dtype="float64")
            index.index(documents, show_progress=False)
            known = [[t for t in query if t in index.vocab_dict] for query in queries]
            scores = [[round(float(s), 6) for s in index.get_scores(query)] for query in known]
            runs.append({"variant": variant, "k1": k1, "b": b, "delta": delta, "scores": scores})
    made = {"madeBy": f"bm25s {bm25s.__version__}", "runs": runs}
    (here / "bm25-variants.json").write_text(json.dumps(made) + "\n")


main()
