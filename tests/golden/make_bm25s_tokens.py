"""Records bm25s's tokens of tests/golden/analyzer-texts.json (bm25s 0.3.16, Python 3.11, Unicode 14).

    python tests/golden/make_bm25s_tokens.py > tests/golden/analyzers-bm25s.json
"""

import json
from pathlib import Path

import bm25s

texts = json.loads((Path(__file__).parent / "analyzer-texts.json").read_text())
tokens = bm25s.tokenize(texts, return_ids=False, show_progress=False)
print("[\n" + ",\n".join(json.dumps(row) for row in tokens) + "\n]")
