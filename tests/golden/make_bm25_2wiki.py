"""Records what bm25s (a peer) finds for real questions: tests/golden/bm25-2wiki.json.

The passages and questions themselves are not recorded; the folder that has them is the argument.

    python3 tests/golden/make_bm25_2wiki.py ../shared/data/multihop-2wiki101
"""

import gzip
import json
import pathlib
import sys
import unicodedata

import bm25s

TOP_K = 8
K1, B = 0.9, 0.4


def words(text):
    """As the analyser `words` is defined. Python's own \\w ends a word at a mark."""
    lower = "".join(char.lower()[0].replace("ς", "σ") for char in text)
    kept = (char if char == "_" or unicodedata.category(char)[0] in "LMN" else " " for char in lower)
    return "".join(kept).split(" ")


def tokens(texts):
    return [[word for word in words(text) if word] for text in texts]


def main(folder):
    with gzip.open(folder / "2wikimultihopqa_corpus.json.gz") as file:
        corpus = json.load(file)
    questions = [json.loads(line)["question"] for line in (folder / "questions.jsonl").open()]
    index = bm25s.BM25(method="lucene", k1=K1, b=B, dtype="float64")
    documents = [passage["title"] + "\n" + passage["text"] for passage in corpus]
    index.index(tokens(documents), show_progress=False)
    hits = []
    for question in tokens(questions):
        scores = index.get_scores([token for token in question if token in index.vocab_dict])
        best = sorted(range(len(scores)), key=lambda i: (-scores[i], i))[:TOP_K]
        hits.append([[i, round(float(scores[i]), 6)] for i in best])
    made = {"madeBy": f"bm25s {bm25s.__version__}", "k1": K1, "b": B, "hits": hits}
    out = pathlib.Path(__file__).with_name("bm25-2wiki.json")
    out.write_text(json.dumps(made) + "\n")


main(pathlib.Path(sys.argv[1]))
