"""Makes the small checkpoints and vectors in fixtures/, which decoders.test.ts compares with.

Needs torch 2.13, transformers 5.23 and safetensors; the versions used are in each vectors.json.

    python3 tests/golden/make_decoders.py [names]

Each folder holds a checkpoint as transformers saves it (config.json, model.safetensors or shards),
and what transformers computes with it, in fp32 from the stored weights:

    vectors.json           prompt; its 64 greedy tokens; the loss of each batch below
    expected.safetensors   logits            (T, V) of the prompt
                           cross_entropy.*   gradient of every parameter: the mean over the prompt
                           policy.*          the same, of the policy loss over two sequences
                           batch.*           (T) inputs of the policy loss, packed
                           (these two of the checkpoints in fp32 alone)
"""

import itertools
import json
import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file
from torch.nn import functional

FIXTURES = pathlib.Path(__file__).parent / 'fixtures'
GREEDY_TOKENS = 64
DIFFERENT_TOKENS = 12  # among them, at least
VOCABULARY = 64
LENGTHS = (24, 17)  # of the policy loss's sequences; the first is the prompt
POLICY = dict(
    temperature=0.7, clipLow=0.2, clipHigh=0.28, klCoefficient=0.05, entropyCoefficient=0.01
)

SHAPE = dict(
    vocab_size=VOCABULARY,
    hidden_size=24,
    intermediate_size=36,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=128,
    rms_norm_eps=1e-6,
    bos_token_id=None,
    eos_token_id=None,
    pad_token_id=None,
)
ALIGNED = dict(hidden_size=32, intermediate_size=64, head_dim=16, num_attention_heads=2)


def rope(theta, **scaling):
    return dict(rope_parameters=dict(rope_theta=theta, **{'rope_type': 'default', **scaling}))


# name -> (config's class, what it is told beside SHAPE, how it is stored, size of a shard)
CHECKPOINTS = {
    'qwen2-tied-f32': ('Qwen2', dict(tie_word_embeddings=True, **rope(1e4)), torch.float32, '1GB'),
    'qwen2-untied-bf16-shards': (
        'Qwen2',
        dict(tie_word_embeddings=False, num_key_value_heads=1, head_dim=10, **rope(1e6)),
        torch.bfloat16,
        '12KB',
    ),
    'qwen2-tied-f16': (
        'Qwen2',
        dict(
            tie_word_embeddings=True, num_hidden_layers=1, num_key_value_heads=4, **rope(1e4)
        ),
        torch.float16,
        '1GB',
    ),
    # The first layer sees all keys, the two above it 7.
    'qwen2-upper-window-f32': (
        'Qwen2',
        dict(
            tie_word_embeddings=True,
            num_hidden_layers=3,
            use_sliding_window=True,
            sliding_window=7,
            max_window_layers=1,
            **rope(1e4),
        ),
        torch.float32,
        '1GB',
    ),
    # The heads together are wider than the hidden state.
    'qwen3-tied-f32': (
        'Qwen3',
        dict(tie_word_embeddings=True, head_dim=12, **rope(1e6)),
        torch.float32,
        '1GB',
    ),
    'qwen3-untied-bf16': (
        'Qwen3',
        {**ALIGNED, 'tie_word_embeddings': False, 'num_key_value_heads': 1, **rope(1e6)},
        torch.bfloat16,
        '1GB',
    ),
    # Wavelengths 6, 30, 140 and 660: the first stays, the second lies in between, two are stretched.
    'llama-scaled-tied-f32': (
        'Llama',
        dict(
            tie_word_embeddings=True,
            head_dim=8,
            **rope(
                500.0,
                rope_type='llama3',
                factor=8.0,
                low_freq_factor=1.0,
                high_freq_factor=4.0,
                original_max_position_embeddings=32,
            ),
        ),
        torch.float32,
        '1GB',
    ),
    'llama-linear-untied-f16-shards': (
        'Llama',
        {
            **ALIGNED,
            'tie_word_embeddings': False,
            'num_key_value_heads': 1,
            **rope(1e4, rope_type='linear', factor=2.5),
        },
        torch.float16,
        '16KB',
    ),
    'mistral-window-untied-f32': (
        'Mistral',
        dict(tie_word_embeddings=False, head_dim=8, sliding_window=9, **rope(1e4)),
        torch.float32,
        '1GB',
    ),
    'mistral-window-bf16': (
        'Mistral',
        {**ALIGNED, 'tie_word_embeddings': True, 'sliding_window': 20, **rope(1e6)},
        torch.bfloat16,
        '1GB',
    ),
}


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


def gradients(model, loss, prefix):
    model.zero_grad()
    loss.backward()
    return {f'{prefix}.{name}': value.grad.clone() for name, value in model.named_parameters()}


def scores(model, sequences, temperature):
    """Log-probs and entropies of all tokens, packed; 0 for the first token of each sequence."""
    logprobs, entropies = [], []
    for sequence in sequences:
        rows = functional.log_softmax(model(sequence[None]).logits[0, :-1] / temperature, dim=-1)
        logprobs += [torch.zeros(1), rows.gather(1, sequence[1:, None])[:, 0]]
        entropies += [torch.zeros(1), -(rows.exp() * rows).sum(-1)]
    return torch.cat(logprobs), torch.cat(entropies)


def policy_batch(model, sequences):
    """What a policy loss reads: every third token is masked, and some ratios leave the clip range."""
    with torch.no_grad():
        logprobs, _ = scores(model, sequences, POLICY['temperature'])
    starts = torch.cat([torch.arange(len(sequence)) for sequence in sequences])
    mask = (starts > 2) & (starts % 3 != 0)
    return {
        'weights': mask / mask.sum(),
        'old_logprobs': logprobs + 0.3 * torch.randn_like(logprobs),
        'advantages': torch.randn_like(logprobs),
        'reference_logprobs': logprobs + 0.3 * torch.randn_like(logprobs),
    }


def policy_loss(model, sequences, batch):
    """PPO's clipped surrogate (Schulman et al. 2017, eq. 7), k3 and entropy, summed with weights."""
    logprobs, entropies = scores(model, sequences, POLICY['temperature'])
    ratio = torch.exp(logprobs - batch['old_logprobs'])
    kept = ratio.clamp(1 - POLICY['clipLow'], 1 + POLICY['clipHigh'])
    surrogate = -torch.minimum(ratio * batch['advantages'], kept * batch['advantages'])
    log_ratio = batch['reference_logprobs'] - logprobs
    k3 = torch.exp(log_ratio) - 1 - log_ratio
    terms = surrogate + POLICY['klCoefficient'] * k3 - POLICY['entropyCoefficient'] * entropies
    return (batch['weights'] * terms).sum()


def attempt(name, seed):
    """Writes one checkpoint with its vectors; false if a greedy choice nearly ties, or all are one."""
    family, settings, dtype, shard_size = CHECKPOINTS[name]
    torch.manual_seed(seed)
    config = getattr(transformers, f'{family}Config')(**{**SHAPE, **settings})
    kind = getattr(transformers, f'{family}ForCausalLM')
    model = kind(config)
    randomise(model)
    folder = FIXTURES / name
    model.to(dtype).save_pretrained(folder, max_shard_size=shard_size)
    (folder / 'generation_config.json').unlink(missing_ok=True)

    # What is stored is what counts: half-precision weights are read back into fp32.
    model = kind.from_pretrained(folder, dtype=torch.float32)
    model.set_attn_implementation('eager')
    model.eval()
    sequences = [torch.randint(0, VOCABULARY, (length,)) for length in LENGTHS]
    prompt = sequences[0]
    continuation, margin = greedy(model, prompt)
    if margin < 1e-2 or len(set(continuation)) < DIFFERENT_TOKENS:
        return False
    logits = model(prompt[None]).logits[0]
    entropy_loss = functional.cross_entropy(logits[:-1], prompt[1:])
    recorded = {'logits': logits.detach(), **gradients(model, entropy_loss, 'cross_entropy')}
    vectors = {
        'transformers': transformers.__version__,
        'torch': torch.__version__,
        'prompt': prompt.tolist(),
        'greedy': continuation,
        'loss': entropy_loss.item(),
    }
    if dtype == torch.float32:
        batch = policy_batch(model, sequences)
        loss = policy_loss(model, sequences, batch)
        recorded |= gradients(model, loss, 'policy')
        recorded |= {f'batch.{key}': value for key, value in batch.items()}
        vectors['policy'] = {**POLICY, 'second': sequences[1].tolist(), 'loss': loss.item()}
    save_file(recorded, folder / 'expected.safetensors')
    (folder / 'vectors.json').write_text(json.dumps(vectors) + '\n')
    return True


for name in sys.argv[1:] or CHECKPOINTS:
    print(name, next(seed for seed in itertools.count(1) if attempt(name, seed)))
