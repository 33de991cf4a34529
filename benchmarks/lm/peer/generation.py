"""Sampling with `transformers`: generate() with its KV cache, nothing around it.

Attention is SDPA, the default. Nothing ends early: no end of text is set, so that as many tokens come
out as were asked for.
"""

import time

import torch
import torch.nn.functional as F
from transformers import AutoModelForCausalLM, DynamicCache

model = None


def load(folder, threads):
    """Reads a checkpoint in the type in which it is stored."""
    global model
    torch.set_num_threads(threads)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype="auto").eval()
    model.generation_config.eos_token_id = None
    model.generation_config.pad_token_id = 0
    return {"parameters": model.num_parameters(), "dtype": str(model.dtype)}


def generate(ids, tokens, **options):
    """ids (B, T) → ids (B, T + tokens)."""
    options = {"do_sample": False, "attention_mask": torch.ones_like(ids), **options}
    return model.generate(ids, max_new_tokens=tokens, min_new_tokens=tokens, use_cache=True, **options)


# Temperature 1 over the whole vocabulary; generate() keeps the 50 likeliest unless it is told.
SAMPLING = {"do_sample": True, "temperature": 1.0, "top_k": 0, "top_p": 1.0}


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


@torch.inference_mode()
def decode(prompts, tokens):
    """Greedy. Seconds of all steps but the first, which reads the prompt: two runs, one subtracted."""
    ids = torch.tensor(prompts)
    first, _ = timed(lambda: generate(ids, 1))
    whole, out = timed(lambda: generate(ids, tokens))
    return {"seconds": whole - first, "tokens": out[:, ids.shape[1] :].tolist()}


@torch.inference_mode()
def samples(prompt, count, tokens, mode):
    """Several samples of one prompt, in three ways to write it."""
    ids = torch.tensor([prompt])

    def work():
        if mode == "num_return_sequences":
            return generate(ids, tokens, num_return_sequences=count, **SAMPLING)
        rows = ids.expand(count, -1).contiguous()
        if mode == "batch":
            return generate(rows, tokens, **SAMPLING)
        # The prompt is computed once; its keys and values are then copied for each sample.
        cache = DynamicCache(config=model.config)
        model(ids[:, :-1], past_key_values=cache, use_cache=True, logits_to_keep=1)
        cache.batch_repeat_interleave(count)
        return generate(rows, tokens, past_key_values=cache, **SAMPLING)

    seconds, out = timed(work)
    assert out.shape == (count, len(prompt) + tokens)
    return {"seconds": seconds}


@torch.inference_mode()
def turns(prompts, observations, tokens):
    """Conversations whose history is read anew at each turn: generate(), append, generate() …"""
    ids = torch.tensor(prompts)

    def work():
        history = ids
        for turn in range(len(observations) + 1):
            history = generate(history, tokens)
            if turn < len(observations):
                history = torch.cat([history, torch.tensor(observations[turn])], 1)
        return history

    seconds, history = timed(work)
    return {"seconds": seconds, "length": history.shape[1]}


@torch.inference_mode()
def logprobs(rows, start):
    """Of the ids from `start` on in each row, after those before them."""
    ids = torch.tensor(rows)
    logits = model(ids, logits_to_keep=ids.shape[1] - start + 1).logits[:, :-1].float()
    chosen = F.log_softmax(logits, -1).gather(-1, ids[:, start:, None])
    return {"logprobs": chosen[..., 0].tolist()}
