"""Records scores of bm25s 0.3.16 for retrieval_scorer_test.cc.

    python native/tests/retrieval_bm25s_scores.py > native/tests/retrieval_bm25s_scores.inc
"""

import random

import bm25s
import numpy as np

DOCUMENTS = 24
QUERIES = [["a"], ["b", "d"], ["a", "a", "c", "f"], ["e", "f", "g", "h"], ["h", "b", "b", "b"]]
SETTINGS = [
    (method, k1, b, delta)
    for method in ("lucene", "robertson", "atire", "bm25l", "bm25+")
    for k1, b, delta in ((0.9, 0.4, 0.5), (1.5, 0.75, 1.0))
]

random.seed(7)
words = "abcdefgh"
weights = [1 / (i + 1) for i in range(len(words))]
corpus = [random.choices(words, weights, k=random.randint(1, 30)) for _ in range(DOCUMENTS)]

print(f"// Made by retrieval_bm25s_scores.py with bm25s {bm25s.__version__}, NumPy {np.__version__}.")
print("// clang-format off")
print("const std::vector<std::string> kBm25sDocuments{")
for document in corpus:
    print(f'    "{"".join(document)}",')
print("};\n")
print("const std::vector<std::string> kBm25sQueries{")
for query in QUERIES:
    print(f'    "{"".join(query)}",')
print("};\n")
print("const std::vector<Recorded> kBm25sScores{")
for method, k1, b, delta in SETTINGS:
    index = bm25s.BM25(method=method, k1=k1, b=b, delta=delta)
    index.index(corpus, show_progress=False)
    variant = {
        "lucene": "kLucene",
        "robertson": "kRobertson",
        "atire": "kAtire",
        "bm25l": "kBm25L",
        "bm25+": "kBm25Plus",
    }[method]
    for number, query in enumerate(QUERIES):
        scores = index.get_scores(query)
        values = ", ".join(f"{score:.6f}" for score in scores)
        print(f"    {{{{Bm25Variant::{variant}, {k1}, {b}, {delta}}}, {number}, {{{values}}}}},")
print("};")
