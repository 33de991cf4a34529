"""Records the stems of tests/golden/analyzer-words.txt by snowballstemmer 2.0.0, which is Snowball's
own translation of its stemmers to Python; libstemmer 2.0.0 is that to C.

    python tests/golden/make_snowball_stems.py > tests/golden/analyzers-snowball.json
"""

import json
from pathlib import Path

from snowballstemmer import english_stemmer, french_stemmer, german_stemmer, russian_stemmer
from snowballstemmer import spanish_stemmer

modules = [english_stemmer, french_stemmer, german_stemmer, russian_stemmer, spanish_stemmer]
words = (Path(__file__).parent / "analyzer-words.txt").read_text().split()
rows = []
for module in modules:
    language = module.__name__.split(".")[-1].split("_")[0]
    stemmer = getattr(module, language.capitalize() + "Stemmer")()
    # A third of the words for each language: enough, and the file stays small.
    rows.append(f"{json.dumps(language)}: {json.dumps([stemmer.stemWord(w) for w in words[::3]])}")
print("{\n" + ",\n".join(rows) + "\n}")
