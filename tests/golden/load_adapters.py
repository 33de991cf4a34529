"""Loads adapters that querl saved into peft, for adapters.test.ts.

    python3 load_adapters.py BASE ADAPTER PROMPT

PROMPT is a JSON list of token ids. Prints, as JSON, the logits (T, V) in fp32 behind every token, and
the version of peft; with BASE alone, only the latter.
"""

import json
import sys

import peft
import torch
import transformers

transformers.logging.set_verbosity_error()


def logits(base, adapter, prompt):
    model = transformers.AutoModelForCausalLM.from_pretrained(
        base, dtype=torch.float32, attn_implementation='eager'
    )
    model = peft.PeftModel.from_pretrained(model, adapter).eval()
    with torch.no_grad():
        return model(torch.tensor([json.loads(prompt)])).logits[0].flatten().tolist()


found = {'peft': peft.__version__}
if len(sys.argv) == 4:
    found['logits'] = logits(*sys.argv[1:])
print(json.dumps(found))
