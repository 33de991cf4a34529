"""Writes native/retrieval/text/stop_word_lists.inc from the lists of bm25s (0.3.16).

    python packages/retrieval/scripts/make_stop_words.py

'english' are Lucene's 33 words, which bm25s has as well; the others are those of Snowball and NLTK.
"""

import json
from pathlib import Path

from bm25s import stopwords

lists = {
    "danish": stopwords.STOPWORDS_DANISH,
    "dutch": stopwords.STOPWORDS_DUTCH,
    "english": stopwords.STOPWORDS_EN,
    "english-long": stopwords.STOPWORDS_EN_PLUS,
    "french": stopwords.STOPWORDS_FRENCH,
    "german": stopwords.STOPWORDS_GERMAN,
    "italian": stopwords.STOPWORDS_ITALIAN,
    "norwegian": stopwords.STOPWORDS_NORWEGIAN,
    "portuguese": stopwords.STOPWORDS_PORTUGUESE,
    "russian": stopwords.STOPWORDS_RUSSIAN,
    "spanish": stopwords.STOPWORDS_SPANISH,
    "swedish": stopwords.STOPWORDS_SWEDISH,
    "turkish": stopwords.STOPWORDS_TURKISH,
}


def constant(name):
    return "k" + "".join(part.capitalize() for part in name.split("-"))


def quoted(word):
    return json.dumps(word, ensure_ascii=False)


lines = ["// Made by packages/retrieval/scripts/make_stop_words.py: not edited by hand."]
for name, words in lists.items():
    lines.append(f"constexpr std::string_view {constant(name)}[] = {{")
    lines += [quoted(word) + "," for word in sorted(set(words))]
    lines.append("};")
lines.append("constexpr std::pair<std::string_view, std::span<const std::string_view>> kLists[] = {")
lines += [f"{{{quoted(name)}, {constant(name)}}}," for name in lists]
lines.append("};")
lines.append("constexpr std::string_view kNames[] = {" + ", ".join(map(quoted, lists)) + "};")
target = Path(__file__).parents[3] / "native/retrieval/text/stop_word_lists.inc"
target.write_text("\n".join(lines) + "\n", encoding="utf-8")
