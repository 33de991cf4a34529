"""A GRPO step in PyTorch with `transformers`, padded as TRL's GRPOTrainer does it.

Prompts are padded on the left and completions on the right, each to the longest; the model sees both
with an attention mask and gives logits for the completions alone (logits_to_keep). Log-probs are taken
row by row with log_softmax, as TRL does for 16-bit logits; the entropy, which TRL logs, without
gradients. The loss is the clipped surrogate, averaged over the completions' tokens. Weights, gradients
and AdamW's moments are in bf16, which costs less time and memory than fp32 masters; AdamW is the fused
one. `checkpointing` is what GRPOConfig sets by default.
"""

import time

import torch
import torch.nn.functional as F
from transformers import AutoModelForCausalLM

import memory

state = {}


def prepare(folder, threads, checkpointing):
    baseline = memory.resident()
    torch.set_num_threads(threads)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).train()
    model.config.use_cache = False
    if checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-6, weight_decay=0.0, fused=True)
    state.update(model=model, optimizer=optimizer, baseline=baseline)
    return {"parameters": model.num_parameters()}


def padded(rows, left):
    """Ids and mask (B, T) of rows of different lengths."""
    width = max(map(len, rows))
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.zeros(len(rows), width, dtype=torch.long)
    for row, values in enumerate(rows):
        place = slice(width - len(values), width) if left else slice(0, len(values))
        ids[row, place] = torch.tensor(values)
        mask[row, place] = 1
    return ids, mask


def completion_logprobs(prompts, completions):
    """Log-probs and entropies (B, C) of the completions, and their mask."""
    prompt_ids, prompt_mask = padded(prompts, left=True)
    ids, mask = padded(completions, left=False)
    width = ids.shape[1]
    logits = state["model"](
        input_ids=torch.cat([prompt_ids, ids], 1),
        attention_mask=torch.cat([prompt_mask, mask], 1),
        logits_to_keep=width + 1,
        use_cache=False,
    ).logits[:, :-1]
    logprobs = torch.stack(
        [F.log_softmax(row, -1).gather(-1, chosen[:, None])[:, 0] for row, chosen in zip(logits, ids)]
    )
    with torch.no_grad():
        entropies = []
        for chunk in logits.flatten(0, 1).split(128):
            logs = F.log_softmax(chunk, -1)
            entropies.append(-(logs.exp() * logs).sum(-1))
        entropies = torch.cat(entropies).view(ids.shape)
    return logprobs, entropies, mask


def policy_loss(prompts, completions, old_logprobs, advantages):
    logprobs, entropies, mask = completion_logprobs(prompts, completions)
    old = torch.zeros_like(logprobs, dtype=torch.float32)
    for row, values in enumerate(old_logprobs):
        old[row, : len(values)] = torch.tensor(values)
    advantages = torch.tensor(advantages)[:, None]
    ratio = torch.exp(logprobs - old)
    surrogate = torch.min(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages)
    loss = -(surrogate * mask).sum() / mask.sum()
    return loss, (entropies * mask).sum() / mask.sum()


def losses(prompts, completions, old_logprobs, advantages):
    """The loss, the entropy and the gradients' norm, without a step."""
    loss, entropy = policy_loss(prompts, completions, old_logprobs, advantages)
    loss.backward()
    # Parameter by parameter: what is compared must not raise the peak that is measured.
    norm = torch.stack([p.grad.float().norm() for p in state["model"].parameters()]).norm()
    state["optimizer"].zero_grad(set_to_none=True)
    return {"loss": loss.item(), "entropy": entropy.item(), "gradNorm": norm.item()}


def step(prompts, completions, old_logprobs, advantages):
    """One whole update; the peak is of all since before the model was loaded."""
    start = time.perf_counter()
    loss, _ = policy_loss(prompts, completions, old_logprobs, advantages)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(state["model"].parameters(), 1.0)
    state["optimizer"].step()
    state["optimizer"].zero_grad(set_to_none=True)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "loss": loss.item(), "peakBytes": memory.peak() - state["baseline"]}
