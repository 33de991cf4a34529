"""Records what bm25s (a peer) returns on text that is generated here: tests/golden/bm25.json.

    python3 -m pip install bm25s==0.3.16 && python3 tests/golden/make_bm25.py
"""

import json
import pathlib
import random

import bm25s

SETTINGS = [(0.9, 0.4), (1.2, 0.75), (0.0, 0.5), (2.0, 1.0), (1.5, 0.0)]
DOCUMENTS = 150
QUERIES = 10
SYLLABLES = ["ka", "lo", "mi", "ru", "te", "no", "sha", "vi", "Ö", "é", "ß", "д", "語", "7", "_x"]
GAPS = [" ", " ", " ", ", ", ". ", "-", "'", " (", ") ", "\n", "\u00a0", " — "]


def make_words(rng, count):
    made = dict.fromkeys("".join(rng.choices(SYLLABLES, k=rng.randint(1, 3))) for _ in range(count))
    return list(made)


def make_text(rng, words, length):
    weights = [1 / (rank + 1) for rank in range(len(words))]
    text = ""
    for word in rng.choices(words, weights, k=length):
        text += rng.choice([word, word, word.capitalize(), word.upper()]) + rng.choice(GAPS)
    return text


def main():
    rng = random.Random(17)
    words = make_words(rng, 300)
    documents = [make_text(rng, words, rng.choice([0, 1, 3, 8, 8, 8, 20, 60])) for _ in range(DOCUMENTS)]
    queries = [make_text(rng, words, rng.choice([1, 2, 4, 8, 30])) + "unseen" for _ in range(QUERIES)]

    def tokens(texts):
        return bm25s.tokenize(
            texts, token_pattern=r"(?u)\b\w+\b", stopwords=None, return_ids=False, show_progress=False
        )

    runs = []
    for k1, b in SETTINGS:
        index = bm25s.BM25(method="lucene", k1=k1, b=b, dtype="float64")
        index.index(tokens(documents), show_progress=False)
        # Words that are in no document are not in bm25s's vocabulary and score nothing.
        scores = [index.get_scores([t for t in query if t in index.vocab_dict]) for query in tokens(queries)]
        runs.append({"k1": k1, "b": b, "scores": [[round(float(s), 8) for s in row] for row in scores]})
    out = pathlib.Path(__file__).with_name("bm25.json")
    made = {"madeBy": f"bm25s {bm25s.__version__}", "documents": documents, "queries": queries, "runs": runs}
    out.write_text(json.dumps(made, ensure_ascii=False) + "\n")


main()
