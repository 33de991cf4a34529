"""Attention of a batch of unequal lengths, by scaled_dot_product_attention."""

import torch
import torch.nn.functional as F

from inputs import normal
from logprobs import sampled


class VarlenAttention:
    """eager: the padded batch in one call. Padding stands behind, so that the causal mask hides it.

    fused: LibTorch's kernel for one sequence after the other.
    """

    def __init__(self, sizes, variant):
        self.lengths = [int(length) for length in sizes["lengths"].split(",")]
        self.is_padded = variant == "eager"
        self.dtype = torch.bfloat16 if sizes["dtype"] == "bfloat16" else torch.float32
        heads, kv_heads, size = sizes["heads"], sizes["kvHeads"], sizes["headDim"]
        counts = (heads, kv_heads, kv_heads, heads)
        packed = [
            normal(seed, sum(self.lengths) * count * size, 0, 1).view(-1, count, size).to(self.dtype)
            for seed, count in zip((41, 42, 43, 44), counts)
        ]
        *leaves, self.slope = [self.pad(each) for each in packed] if self.is_padded else packed
        self.leaves = [leaf.detach().clone().requires_grad_() for leaf in leaves]
        self.out = None

    def pad(self, rows):
        """(tokens, heads, size) as (sequences, heads, longest, size)."""
        padded = torch.nn.utils.rnn.pad_sequence(rows.split(self.lengths), batch_first=True)
        return padded.transpose(1, 2).contiguous()

    def unpad(self, padded):
        parts = (row[:, :length] for row, length in zip(padded, self.lengths))
        return torch.cat([part.transpose(0, 1) for part in parts])

    def forget(self):
        self.out = None
        for leaf in self.leaves:
            leaf.grad = None

    def attend(self, q, k, v):
        return F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)

    def forward(self):
        if self.is_padded:
            return self.attend(*self.leaves)
        parts = zip(*(leaf.split(self.lengths) for leaf in self.leaves))
        outs = [self.attend(*(each.transpose(0, 1)[None] for each in part))[0] for part in parts]
        return torch.cat([out.transpose(0, 1) for out in outs])

    def run(self):
        self.forget()
        self.out = self.forward()
        self.out.backward(self.slope)
        self.out = self.out.detach()

    def check(self):
        results = [self.out, *(leaf.grad for leaf in self.leaves)]
        values = {}
        for name, result in zip(("output", "d_q", "d_k", "d_v"), results):
            rows = self.unpad(result) if self.is_padded else result
            values[name], values[f"norm of {name}"] = sampled(rows)
        return values
