"""Greedy decoding of a small Qwen2 checkpoint in eager PyTorch, with a preallocated KV cache.

The operators are those of Hugging Face's modelling code, without its Python around them, and q, k, v as
well as gate and up are one product each, so it is the leaner of the two ways to write it.
"""

import json
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file


class Eager:
    def __init__(self, folder):
        with open(f"{folder}/config.json") as file:
            c = json.load(file)
        w = load_file(f"{folder}/model.safetensors")
        self.heads, self.kv_heads = c["num_attention_heads"], c["num_key_value_heads"]
        self.head_dim = c.get("head_dim") or c["hidden_size"] // self.heads
        self.eps = c["rms_norm_eps"]
        self.embed = w["model.embed_tokens.weight"]
        self.head = w.get("lm_head.weight", self.embed)
        self.norm = w["model.norm.weight"]
        self.layers = []
        for i in range(c["num_hidden_layers"]):
            at = lambda name: w[f"model.layers.{i}.{name}"]
            self.layers.append({
                "norm1": at("input_layernorm.weight"),
                "qkv": torch.cat([at(f"self_attn.{x}_proj.weight") for x in "qkv"]),
                "bias": torch.cat([at(f"self_attn.{x}_proj.bias") for x in "qkv"]),
                "o": at("self_attn.o_proj.weight"),
                "norm2": at("post_attention_layernorm.weight"),
                "gate_up": torch.cat([at("mlp.gate_proj.weight"), at("mlp.up_proj.weight")]),
                "down": at("mlp.down_proj.weight"),
            })
        theta = c.get("rope_theta") or c["rope_parameters"]["rope_theta"]
        angles = torch.outer(torch.arange(c["max_position_embeddings"]).float(),
                             theta ** (-torch.arange(0, self.head_dim, 2).float() / self.head_dim))
        self.cos = torch.cat([angles.cos(), angles.cos()], -1)
        self.sin = torch.cat([angles.sin(), angles.sin()], -1)

    def rotate(self, x, start):
        cos, sin = (table[start : start + x.shape[2]] for table in (self.cos, self.sin))
        half = self.head_dim // 2
        return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin

    def step(self, ids, cache, start):
        """ids (B, T) → the next token of each row (B, 1)."""
        b, t = ids.shape
        x = F.embedding(ids, self.embed)
        size = (x.shape[-1],)
        sizes = [self.heads * self.head_dim] + [self.kv_heads * self.head_dim] * 2
        for layer, (keys, values) in zip(self.layers, cache):
            h = F.linear(F.rms_norm(x, size, layer["norm1"], self.eps), layer["qkv"], layer["bias"])
            q, k, v = (part.view(b, t, -1, self.head_dim).transpose(1, 2) for part in h.split(sizes, -1))
            keys[:, :, start : start + t] = self.rotate(k, start)
            values[:, :, start : start + t] = v
            a = F.scaled_dot_product_attention(
                self.rotate(q, start), keys[:, :, : start + t], values[:, :, : start + t],
                is_causal=t > 1, enable_gqa=True,
            )
            x = x + F.linear(a.transpose(1, 2).reshape(b, t, -1), layer["o"])
            gate, up = F.linear(F.rms_norm(x, size, layer["norm2"], self.eps), layer["gate_up"]).chunk(2, -1)
            x = x + F.linear(F.silu(gate) * up, layer["down"])
        return F.linear(F.rms_norm(x[:, -1:], size, self.norm, self.eps), self.head).argmax(-1)


model = None


def load_eager(folder):
    global model
    model = Eager(folder)
    return {}


@torch.inference_mode()
def decode_eager(prompts, tokens, threads, repeats):
    """Greedy. Seconds of each repeat's steps, but for the first, which reads the prompts."""
    torch.set_num_threads(threads)
    ids = torch.tensor(prompts)
    batch, prompt = ids.shape
    seconds = []
    for _ in range(repeats):
        cache = [
            [torch.zeros(batch, model.kv_heads, prompt + tokens, model.head_dim) for _ in range(2)]
            for _ in model.layers
        ]
        token = model.step(ids, cache, 0)
        chosen = [token]
        began = time.perf_counter()
        for i in range(tokens - 1):
            token = model.step(token, cache, prompt + i)
            chosen.append(token)
        seconds.append(time.perf_counter() - began)
    return {"seconds": seconds, "tokens": torch.cat(chosen, 1).tolist()}
