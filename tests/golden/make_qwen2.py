"""Makes the small checkpoints and vectors in fixtures/, which qwen2.test.ts compares with.

Needs torch 2.13, transformers 5.23 and safetensors; the versions used are in each vectors.json.

    python3 tests/golden/make_qwen2.py
"""

import itertools
import json
import pathlib

import torch
import transformers
from safetensors.torch import save_file

FIXTURES = pathlib.Path(__file__).parent / 'fixtures'
GREEDY_TOKENS = 64


def config(**changes):
    settings = dict(
        vocab_size=64,
        hidden_size=24,
        intermediate_size=36,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=128,
        rms_norm_eps=1e-6,
        rope_theta=10000.0,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=None,
    )
    return transformers.Qwen2Config(**{**settings, **changes})


def randomise(model):
    """Weights large enough that heads attend to few tokens and greedy choices are not ties."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.normal_(1.0 if 'norm' in name else 0.0, 0.3 if 'norm' in name else 0.25)


def greedy(model, prompt):
    """The likeliest tokens behind the prompt, and by how much of a logit the closest call was won."""
    tokens = prompt.tolist()
    margin = float('inf')
    with torch.no_grad():
        for _ in range(GREEDY_TOKENS):
            last = model(torch.tensor([tokens])).logits[0, -1]
            best, second = last.topk(2).values.tolist()
            margin = min(margin, best - second)
            tokens.append(int(last.argmax()))
    return tokens[len(prompt) :], margin


def attempt(name, seed, settings, dtype, shard_size):
    """Writes one checkpoint with its vectors; false if a greedy choice nearly ties."""
    torch.manual_seed(seed)
    model = transformers.Qwen2ForCausalLM(config(**settings))
    randomise(model)
    folder = FIXTURES / name
    model.to(dtype).save_pretrained(folder, max_shard_size=shard_size)
    (folder / 'generation_config.json').unlink(missing_ok=True)

    # What is stored is what counts: half-precision weights are read back into fp32.
    model = transformers.Qwen2ForCausalLM.from_pretrained(folder, dtype=torch.float32)
    model.set_attn_implementation('eager')
    model.eval()
    prompt = torch.randint(0, 64, (24,))
    continuation, margin = greedy(model, prompt)
    if margin < 1e-2:
        return False
    logits = model(prompt[None]).logits[0]
    loss = torch.nn.functional.cross_entropy(logits[:-1], prompt[1:])
    loss.backward()
    gradients = {key: value.grad for key, value in model.named_parameters()}
    save_file({'logits': logits.detach(), **gradients}, folder / 'expected.safetensors')
    vectors = {
        'transformers': transformers.__version__,
        'torch': torch.__version__,
        'prompt': prompt.tolist(),
        'greedy': continuation,
        'loss': loss.item(),
    }
    (folder / 'vectors.json').write_text(json.dumps(vectors) + '\n')
    return True


def make(name, settings, dtype, shard_size='1GB'):
    next(seed for seed in itertools.count(1) if attempt(name, seed, settings, dtype, shard_size))


make('qwen2-tied-f32', {}, torch.float32)
make(
    'qwen2-untied-bf16-shards',
    {'tie_word_embeddings': False, 'num_key_value_heads': 1, 'rope_theta': 1e6, 'head_dim': 10},
    torch.bfloat16,
    '12KB',
)
make('qwen2-tied-f16', {'num_hidden_layers': 1, 'num_key_value_heads': 4}, torch.float16)
