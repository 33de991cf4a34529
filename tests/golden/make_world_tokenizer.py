"""Records how Hugging Face's tokenizers (a peer) encodes with the world's tokenizer.json:
tests/golden/world_tokenizer.json.

    npm run build && node -e "import('@querl/tasks').then(({ createWorld }) =>
      console.log(JSON.stringify(createWorld({ seed: 0 }).tokenizerJson)))" > /tmp/tokenizer.json
    python3 -m pip install tokenizers==0.23.3
    python3 tests/golden/make_world_tokenizer.py /tmp/tokenizer.json
"""

import json
import pathlib
import random
import sys

import tokenizers

TEXTS = [
    "Question: What is the birthplace of Dukbir?\n",
    "Question: What is the mayor of the headquarters of Varsu?\n<think> Find the headquarters of "
    "Varsu.</think><search> Varsu seat</search><information>Doc 1(Title: Varsu) Varsu has its seat "
    "in Rokro.\nDoc 2(Title: Molma) Molma was born in Rokro.\n</information><answer> Rokro</answer>"
    "<|eos|>",
    "<think> I know it.</think><answer> Bastur</answer><|eos|><|pad|><|pad|>",
    " Tusjan Buldos Bosbe Lonzin Vansel\n Tusjan Buldos Bosbe Lonzin Vansel",
    "Tusjan  Buldos\n\n Bosbe\t Lonzin   ",
    "Doc 3(Title: x)Doc 4(Title: x)Doc 1(Title",
    "</search></search ></information><information></answer>",
    "It's 2026, isn't it? We'll see: 3.14 - 2,718...",
    "Ünïcödé straße 語 Д 👩‍🚀 \u00a0x \u200b é\u0301",
    "",
    "\n",
    " ",
]
PIECES = [" Dukbir", "Ban", "kor", " born", " ", "\n", ".", "?", "<answer>", "</answer>", "é", "Doc 1(Title:"]


def main(path):
    tokenizer = tokenizers.Tokenizer.from_file(path)
    rng = random.Random(7)
    texts = TEXTS + ["".join(rng.choices(PIECES, k=rng.randint(1, 12))) for _ in range(60)]
    golden = {
        "madeBy": f"tokenizers {tokenizers.__version__}",
        "vocabSize": tokenizer.get_vocab_size(),
        "texts": texts,
        "ids": [tokenizer.encode(text, add_special_tokens=False).ids for text in texts],
    }
    golden["decoded"] = [tokenizer.decode(ids, skip_special_tokens=False) for ids in golden["ids"]]
    out = pathlib.Path(__file__).with_name("world_tokenizer.json")
    out.write_text(json.dumps(golden, ensure_ascii=False, indent=0) + "\n")


main(sys.argv[1])
