"""The quickstart's recipe in eager PyTorch: the peer that `npm run bench -- quickstart` times.

Reads what the recipe draws (passages, tokenizer, warm-start batches, questions) from a file that our
side wrote, so both learn from the same rows, and drawing them costs the twin nothing. It does what a
careful PyTorch user would do for a model of this size: one KV cache for the whole batch, all rows at
the same column, finished rows compacted away, SDPA, `F.rms_norm`, fused AdamW, the language-model
head on trained tokens only, log-probs kept from sampling.

usage: twin.py DATA.json [--threads N]     prints one JSON object; progress goes to stderr
"""

import argparse
import json
import math
import re
import string
import sys
import time
from collections import Counter, defaultdict

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer


class Decoder(torch.nn.Module):
    """Qwen2: RMSNorm, RoPE, grouped queries, SwiGLU, biases on q, k, v, tied embeddings."""

    def __init__(self, shape, window):
        super().__init__()
        self.shape = shape
        d, f, hd = shape["hiddenSize"], shape["intermediateSize"], shape["headDim"]
        self.heads, self.kv_heads, self.head_dim = shape["heads"], shape["kvHeads"], hd
        self.q_size, self.kv_size = self.heads * hd, self.kv_heads * hd
        self.embed = torch.nn.Parameter(torch.randn(shape["vocabSize"], d) * 0.1)
        linear = lambda rows, columns, gain: torch.nn.Parameter(
            torch.randn(rows, columns) * gain / math.sqrt(columns)
        )
        self.layers = torch.nn.ModuleList()
        for _ in range(shape["layers"]):
            layer = torch.nn.Module()
            layer.qkv = linear(self.q_size + 2 * self.kv_size, d, 0.7)
            layer.bias = torch.nn.Parameter(torch.zeros(self.q_size + 2 * self.kv_size))
            layer.o = linear(d, self.q_size, 0.25)
            layer.gate_up = linear(2 * f, d, 0.7)
            layer.down = linear(d, f, 0.25)
            layer.norm1 = torch.nn.Parameter(torch.ones(d))
            layer.norm2 = torch.nn.Parameter(torch.ones(d))
            self.layers.append(layer)
        self.norm = torch.nn.Parameter(torch.ones(d))
        frequencies = shape["ropeTheta"] ** (-torch.arange(0, hd, 2).float() / hd)
        angles = torch.outer(torch.arange(window).float(), frequencies)
        self.register_buffer("cos", torch.cat([angles.cos(), angles.cos()], -1))
        self.register_buffer("sin", torch.cat([angles.sin(), angles.sin()], -1))

    def rotate(self, x, start):
        cos = self.cos[start : start + x.shape[2]]
        sin = self.sin[start : start + x.shape[2]]
        half = self.head_dim // 2
        return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin

    def forward(self, ids, cache=None, start=0):
        """ids (B, T) → hidden (B, T, D); with a cache, T tokens are added behind `start`."""
        b, t = ids.shape
        x = F.embedding(ids, self.embed)
        size = (x.shape[-1],)
        for i, layer in enumerate(self.layers):
            h = F.linear(F.rms_norm(x, size, layer.norm1, 1e-6), layer.qkv, layer.bias)
            q, k, v = h.split([self.q_size, self.kv_size, self.kv_size], -1)
            q = self.rotate(q.view(b, t, self.heads, -1).transpose(1, 2), start)
            k = self.rotate(k.view(b, t, self.kv_heads, -1).transpose(1, 2), start)
            v = v.view(b, t, self.kv_heads, -1).transpose(1, 2)
            if cache is not None:
                keys, values = cache[i]
                keys[:, :, start : start + t] = k
                values[:, :, start : start + t] = v
                k, v = keys[:, :, : start + t], values[:, :, : start + t]
            a = F.scaled_dot_product_attention(
                q, k, v, is_causal=cache is None, enable_gqa=self.heads != self.kv_heads
            )
            x = x + F.linear(a.transpose(1, 2).reshape(b, t, -1), layer.o)
            h = F.linear(F.rms_norm(x, size, layer.norm2, 1e-6), layer.gate_up)
            gate, up = h.chunk(2, -1)
            x = x + F.linear(F.silu(gate) * up, layer.down)
        return F.rms_norm(x, size, self.norm, 1e-6)


class Bm25:
    """Lucene's BM25 over lower-case words, results cached per query."""

    def __init__(self, passages, k1=0.9, b=0.4):
        words = [re.findall(r"\w+", f"{p['title']} {p['text']}".lower()) for p in passages]
        mean = sum(map(len, words)) / len(words)
        postings = defaultdict(list)
        for i, document in enumerate(words):
            for word, count in Counter(document).items():
                postings[word].append((i, count / (count + k1 * (1 - b + b * len(document) / mean))))
        idf = lambda n: math.log(1 + (len(words) - n + 0.5) / (n + 0.5))
        self.postings = {w: [(i, s * idf(len(p))) for i, s in p] for w, p in postings.items()}
        self.cache = {}

    def search(self, query, top):
        if query not in self.cache:
            scores = defaultdict(float)
            for word in re.findall(r"\w+", query.lower()):
                for i, score in self.postings.get(word, ()):
                    scores[i] += score
            self.cache[query] = sorted(scores, key=lambda i: (-scores[i], i))[:top]
        return self.cache[query]


def normalise(text):
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


class Environment:
    def __init__(self, data):
        self.tokenizer = Tokenizer.from_str(json.dumps(data["tokenizer"]))
        self.passages, self.limits = data["passages"], data["limits"]
        self.index = Bm25(self.passages)
        token = self.tokenizer.token_to_id
        self.search, self.end_search = token("<search>"), token("</search>")
        self.answer, self.end_answer = token("<answer>"), token("</answer>")
        self.eos = data["eosId"]
        self.encoded = {}

    def encode(self, text):
        if text not in self.encoded:
            self.encoded[text] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return self.encoded[text]

    def observe(self, query):
        hits = self.index.search(query, self.limits["topK"])
        lines = "".join(
            f"Doc {n}(Title: {self.passages[i]['title']}) {self.passages[i]['text']}\n"
            for n, i in enumerate(hits, 1)
        )
        return self.encode(f"<information>{lines}</information>")

    def rewards(self, rows, questions):
        scores = []
        for row, question in zip(rows, questions):
            text = self.tokenizer.decode(row["ids"][row["prompt"] :], skip_special_tokens=False)
            found = re.findall(r"<answer>(.*?)</answer>", text, re.S)
            said = normalise(found[-1]) if found else None
            scores.append(float(any(said == normalise(gold) for gold in question["answers"])))
        return scores


@torch.inference_mode()
def rollout(model, env, questions, greedy, forced=""):
    """Samples one trajectory per question, all of them at the same column of one batch."""
    limits = env.limits
    columns = limits["maxTokens"]
    rows = []
    for question in questions:
        ids = list(env.encode(f"Question: {question['question']}\n")) + list(env.encode(forced) if forced else [])
        rows.append({"ids": ids, "prompt": len(ids), "own": [0] * len(ids), "logprobs": [0.0] * len(ids),
                     "opened": -1, "searches": 0, "spent": 0, "done": False})
    active = list(rows)
    cache = [
        [torch.zeros(len(rows), model.kv_heads, columns, model.head_dim) for _ in range(2)]
        for _ in model.layers
    ]
    column = 0
    while active and column < columns - 1:
        ids = torch.tensor([[row["ids"][column] if column < len(row["ids"]) else 0] for row in active])
        hidden = model(ids, cache, column)[:, 0]
        sampling = [i for i, row in enumerate(active) if not row["done"] and len(row["ids"]) == column + 1]
        if sampling:
            logprobs = F.log_softmax(F.linear(hidden[sampling], model.embed), -1)
            chosen = logprobs.argmax(-1) if greedy else torch.multinomial(logprobs.exp(), 1)[:, 0]
            picked = logprobs.gather(1, chosen[:, None])[:, 0].tolist()
            for i, token, logprob in zip(sampling, chosen.tolist(), picked):
                take(env, active[i], token, logprob)
        column += 1
        if sum(row["done"] for row in active) > len(active) / 4:
            keep = [i for i, row in enumerate(active) if not row["done"]]
            active = [active[i] for i in keep]
            cache = [[half[keep] for half in pair] for pair in cache]
    return rows


def take(env, row, token, logprob):
    row["ids"].append(token)
    row["own"].append(1)
    row["logprobs"].append(logprob)
    row["spent"] += 1
    limits = env.limits
    if token == env.search:
        row["opened"] = len(row["ids"])
    elif token in (env.end_answer, env.eos):
        row["done"] = True
    elif token == env.end_search:
        if row["opened"] < 0 or row["searches"] >= limits["maxSearches"]:
            row["done"] = True
        else:
            query = env.tokenizer.decode(row["ids"][row["opened"] : -1], skip_special_tokens=False)
            seen = env.observe(query.strip())
            row["ids"] += seen
            row["own"] += [0] * len(seen)
            row["logprobs"] += [0.0] * len(seen)
            row["opened"] = -1
            row["searches"] += 1
    if row["spent"] >= limits["maxPolicyTokens"] or len(row["ids"]) >= limits["maxTokens"]:
        row["done"] = True


def pad(sequences, fill, kind):
    width = max(map(len, sequences))
    return torch.tensor([list(s) + [fill] * (width - len(s)) for s in sequences], dtype=kind)


def logprobs_of(model, ids, where):
    """Log-probs of the tokens ids[:, 1:] that `where` marks, as one vector."""
    hidden = model(ids[:, :-1])[where]
    return F.log_softmax(F.linear(hidden, model.embed), -1).gather(1, ids[:, 1:][where][:, None])[:, 0]


def set_lr(optimizer, lr):
    for group in optimizer.param_groups:
        group["lr"] = lr


def warm_start(model, data):
    stage = data["warmStart"]
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=stage["lr"], betas=(0.9, 0.98), weight_decay=0, fused=True
    )
    batches = stage["batches"]
    for step, batch in enumerate(batches):
        done = max(0, step - stage["warmUpSteps"]) / max(1, len(batches) - stage["warmUpSteps"])
        set_lr(optimizer, stage["lr"] * min(1, (step + 1) / stage["warmUpSteps"]) * (1 - 0.9 * done))
        ids = pad([row["ids"] for row in batch], 0, torch.long)
        weights = pad([row["weights"] for row in batch], 0.0, torch.float)[:, 1:]
        where = weights > 0
        loss = -(weights[where] * logprobs_of(model, ids, where)).sum() / weights.sum()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 100 == 99:
            print(f"warm start {step + 1}/{len(batches)} loss {loss.item():.3f}", file=sys.stderr)


def grpo_step(model, env, optimizer, data, questions):
    stage = data["rl"]
    repeated = [question for question in questions for _ in range(stage["groupSize"])]
    rows = rollout(model, env, repeated, greedy=False)
    rewards = torch.tensor(env.rewards(rows, repeated)).view(-1, stage["groupSize"])
    advantages = (rewards - rewards.mean(1, keepdim=True)) / (rewards.std(1, keepdim=True) + 1e-4)
    informative = (rewards.std(1, keepdim=True) > 0).expand_as(rewards).reshape(-1)
    advantages = advantages.reshape(-1)
    for start in range(0, len(rows), stage["miniBatch"]):
        chosen = [i for i in range(start, min(start + stage["miniBatch"], len(rows))) if informative[i]]
        if not chosen:
            continue
        ids = pad([rows[i]["ids"] for i in chosen], 0, torch.long)
        own = pad([rows[i]["own"] for i in chosen], 0, torch.bool)[:, 1:]
        old = pad([rows[i]["logprobs"] for i in chosen], 0.0, torch.float)[:, 1:][own]
        counts = own.sum(1, keepdim=True).clamp(min=1)
        weights = (1 / (counts * len(chosen))).expand_as(own)[own]
        advantage = advantages[chosen][:, None].expand_as(own)[own]
        ratio = (logprobs_of(model, ids, own) - old).exp()
        loss = -(weights * torch.minimum(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage)).sum()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return rewards.mean().item()


def evaluate(model, env, questions, forced=""):
    rows = rollout(model, env, questions, greedy=True, forced=forced)
    scores = env.rewards(rows, questions)
    part = lambda kind: [s for s, q in zip(scores, questions) if q["kind"] == kind]
    mean = lambda values: sum(values) / max(1, len(values))
    return {"em": mean(scores), "oneHop": mean(part("oneHop")), "twoHop": mean(part("twoHop"))}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("data")
    arguments.add_argument("--threads", type=int, default=1)
    arguments = arguments.parse_args()
    torch.set_num_threads(arguments.threads)
    with open(arguments.data) as file:
        data = json.load(file)
    torch.manual_seed(data["seed"])
    began = time.perf_counter()
    seconds, em = {}, {}
    env = Environment(data)
    model = Decoder(data["model"], data["limits"]["maxTokens"])

    warm_start(model, data)
    seconds["warmStart"] = time.perf_counter() - began
    clock = time.perf_counter()
    em["direct"] = evaluate(model, env, data["test"], forced=data["directPrefix"])
    em["warmStart"] = evaluate(model, env, data["test"])
    seconds["evaluate"] = time.perf_counter() - clock

    clock = time.perf_counter()
    stage = data["rl"]
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=stage["lr"], betas=(0.9, 0.95), weight_decay=0, fused=True
    )
    taken = 0
    for step, questions in enumerate(stage["questions"]):
        done = max(0, step - stage["warmUpSteps"]) / max(1, len(stage["questions"]) - stage["warmUpSteps"])
        set_lr(optimizer, stage["lr"] * min(1, (step + 1) / stage["warmUpSteps"]) * (1 - 0.5 * done))
        reward = grpo_step(model, env, optimizer, data, questions)
        taken = step + 1
        if taken % stage["evaluateEvery"] == 0:
            dev = evaluate(model, env, data["dev"])
            print(f"grpo {taken} reward {reward:.3f} dev {dev['em']:.3f}", file=sys.stderr)
            if dev["em"] >= stage["stopAt"]:
                break
    seconds["rl"] = time.perf_counter() - clock
    clock = time.perf_counter()
    em["grpo"] = evaluate(model, env, data["test"])
    seconds["evaluate"] += time.perf_counter() - clock
    seconds["total"] = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "em": em, "steps": taken, "threads": arguments.threads,
                      "torch": torch.__version__}))


if __name__ == "__main__":
    main()
