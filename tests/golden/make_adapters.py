"""Makes the adapters and vectors in fixtures/adapter-*, which adapters.test.ts compares with.

Needs torch 2.13, transformers 5.23, peft 0.21 and safetensors; the versions used are in each
vectors.json. The checkpoints beneath are those of make_decoders.py.

    python3 tests/golden/make_adapters.py

Each folder holds an adapter as peft saves it, with random B, and what peft computes with it, in fp32
from the stored numbers:

    vectors.json           the fixture beneath; a prompt; the mean loss over it
    expected.safetensors   logits (T, V) of the prompt, and the gradient of every A and B
"""

import json
import pathlib

import peft
import torch
import transformers
from safetensors.torch import load_file, save_file
from torch.nn import functional

FIXTURES = pathlib.Path(__file__).parent / 'fixtures'

# name -> (the fixture beneath, what LoraConfig is told, how the adapter is stored)
ADAPTERS = {
    'adapter-qwen2-all-linear': (
        'qwen2-tied-f32',
        dict(r=4, lora_alpha=8, target_modules='all-linear'),
        torch.float32,
    ),
    'adapter-qwen3-rslora-bf16': (
        'qwen3-untied-bf16',
        dict(
            r=3, lora_alpha=5, use_rslora=True, target_modules=['q_proj', 'v_proj', 'down_proj']
        ),
        torch.bfloat16,
    ),
}


def make(name):
    beneath, settings, dtype = ADAPTERS[name]
    torch.manual_seed(1)
    base = transformers.AutoModelForCausalLM.from_pretrained(
        FIXTURES / beneath, dtype=torch.float32, attn_implementation='eager'
    )
    model = peft.get_peft_model(base, peft.LoraConfig(task_type='CAUSAL_LM', **settings))
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            if 'lora_' not in key:
                continue
            if 'lora_B' in key:
                parameter.normal_(0.0, 0.2)
            parameter.copy_(parameter.to(dtype).float())  # what is stored is what counts
    model.eval()
    folder = FIXTURES / name
    model.save_pretrained(folder)
    (folder / 'README.md').unlink(missing_ok=True)
    path = folder / 'adapter_model.safetensors'
    stored = {key: value.to(dtype) for key, value in load_file(path).items()}
    save_file(stored, path, metadata={'format': 'pt'})
    config = json.loads((folder / 'adapter_config.json').read_text())
    config['base_model_name_or_path'] = f'../{beneath}'
    # A set, which peft writes in any order.
    config['target_modules'] = sorted(config['target_modules'])
    (folder / 'adapter_config.json').write_text(json.dumps(config, indent=2) + '\n')

    prompt = torch.tensor(json.loads((FIXTURES / beneath / 'vectors.json').read_text())['prompt'])
    logits = model(prompt[None]).logits[0]
    loss = functional.cross_entropy(logits[:-1], prompt[1:])
    loss.backward()
    gradients = {
        key.replace('.default', ''): parameter.grad.clone()
        for key, parameter in model.named_parameters()
        if 'lora_' in key
    }
    save_file({'logits': logits.detach(), **gradients}, folder / 'expected.safetensors')
    vectors = {
        'peft': peft.__version__,
        'transformers': transformers.__version__,
        'torch': torch.__version__,
        'base': beneath,
        'prompt': prompt.tolist(),
        'loss': loss.item(),
    }
    (folder / 'vectors.json').write_text(json.dumps(vectors) + '\n')


for each in ADAPTERS:
    make(each)
