"""The peer of benchmarks/encoders: transformers as its documentation uses it for E5, and in batches
sorted by length, as sentence-transformers does it, so that there is little padding.

Driven line by line: one JSON object in, one out.
"""

import json
import os
import sys
import time
import traceback
from pathlib import Path

import torch
import transformers
from torch.nn.functional import normalize

# What is written to standard output by others must not come between the answers.
answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
state = {}


def answer(value):
    print(json.dumps(value), file=answers, flush=True)


def make(folder):
    """BERT in the shape of intfloat/e5-base-v2, with random weights, and words w0, w1, …."""
    torch.manual_seed(0)
    config = transformers.BertConfig(initializer_range=0.05)
    transformers.BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = special + [f"w{i}" for i in range(config.vocab_size - len(special))]
    path = Path(folder)
    (path / "vocab.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    settings = {"tokenizer_class": "BertTokenizer", "model_max_length": 512}
    (path / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return {}


def load(folder, dtype, threads):
    torch.set_num_threads(threads)
    state["tokenizer"] = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModel.from_pretrained(folder, dtype=getattr(torch, dtype))
    state["model"] = model.eval()
    return {}


@torch.inference_mode()
def embed(texts, batch, keep=False):
    began = time.perf_counter()
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    parts = [order[i : i + batch] for i in range(0, len(order), batch)]
    rows = torch.cat([forward([texts[i] for i in part]) for part in parts])
    vectors = torch.empty_like(rows)
    vectors[torch.tensor(order)] = rows
    seconds = time.perf_counter() - began
    return {"vectors": vectors.tolist()} if keep else {"seconds": seconds}


def forward(texts):
    inputs = state["tokenizer"](texts, padding=True, truncation=True, return_tensors="pt")
    states = state["model"](**inputs).last_hidden_state
    mask = inputs["attention_mask"][..., None].to(states.dtype)
    return normalize(((states * mask).sum(1) / mask.sum(1)).float(), dim=1)


answer({"versions": {"torch": torch.__version__, "transformers": transformers.__version__}})
transformers.logging.set_verbosity_error()
CALLS = {"make": make, "load": load, "embed": embed}
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer(CALLS[request.pop("call")](**request))
    except Exception as error:  # the suite says what failed
        traceback.print_exc()
        answer({"error": f"{type(error).__name__}: {error}".split("\n")[0]})
