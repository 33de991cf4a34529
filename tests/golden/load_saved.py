"""Loads folders that querl saved into transformers, for load-saved.test.ts.

    python3 load_saved.py FOLDER...

Each folder has a checkpoint and prompt.json, token ids. Prints, as JSON, for each folder what
transformers makes of it: its logits (T, V) in fp32 behind every token of the prompt, the type of its
first weight, its architecture, and the tensors that it missed, did not expect, or found misshapen.
"""

import json
import pathlib
import sys

import torch
import transformers

transformers.logging.set_verbosity_error()


def load(folder):
    model, info = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype='auto', output_loading_info=True, attn_implementation='eager'
    )
    stored = str(next(model.parameters()).dtype)
    prompt = json.loads((folder / 'prompt.json').read_text())
    with torch.no_grad():
        logits = model.float().eval()(torch.tensor([prompt])).logits[0]
    problems = [info[key] for key in ('missing_keys', 'unexpected_keys', 'mismatched_keys')]
    return {
        'logits': logits.flatten().tolist(),
        'dtype': stored,
        'architecture': type(model).__name__,
        'problems': [str(name) for names in problems for name in names],
    }


print(json.dumps([load(pathlib.Path(folder)) for folder in sys.argv[1:]]))
