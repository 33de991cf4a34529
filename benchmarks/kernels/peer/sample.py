"""A token a row with temperature and top-p, by a sort of the row."""

import torch
import torch.nn.functional as F

from inputs import integers, normal

TEMPERATURE, TOP_P = 0.8, 0.95
LIKELY = 32  # tokens a row that stand out


def sample(logits):
    logits = logits / TEMPERATURE
    ordered, ids = torch.sort(logits, dim=-1, descending=True)
    probabilities = F.softmax(ordered, dim=-1)
    before = torch.cumsum(probabilities, dim=-1) - probabilities
    kept = probabilities.masked_fill(before >= TOP_P, 0)
    drawn = torch.multinomial(kept, 1)
    chosen = torch.gather(ids, -1, drawn)
    logprobs = torch.gather(F.log_softmax(logits, dim=-1), -1, chosen)
    return chosen.squeeze(-1), logprobs.squeeze(-1)


def make_logits(rows, vocab):
    """From flat rows, whose nucleus is thousands of tokens, to peaked ones, where it is a few."""
    logits = normal(51, rows * vocab, 0, 2).view(rows, vocab).clone()
    likely = integers(52, rows * LIKELY, vocab).view(rows, LIKELY)
    height = 6 + 14 * torch.arange(rows, dtype=torch.float64) / max(1, rows - 1)
    raised = normal(53, rows * LIKELY, 0, 2).view(rows, LIKELY) + height.float().unsqueeze(-1)
    for row in range(rows):
        for place in range(LIKELY):  # in this order where an id comes twice
            logits[row, likely[row, place]] = raised[row, place]
    return logits


class Sample:
    def __init__(self, sizes, variant):
        self.logits = make_logits(sizes["rows"], sizes["vocab"])
        self.sample = torch.compile(sample, dynamic=False) if variant == "compile" else sample

    def forget(self):
        pass

    def run(self):
        with torch.no_grad():
            self.sample(self.logits)

    def check(self, ids):
        """Of the tokens that the other side drew: log-probs, and the probability above each."""
        logprobs = F.log_softmax(self.logits.double() / TEMPERATURE, dim=-1)
        chosen = torch.tensor(ids, dtype=torch.int64).unsqueeze(-1)
        at = torch.gather(logprobs, -1, chosen)
        above = torch.where(logprobs > at, logprobs.exp(), 0.0).sum(-1)
        return {"logprobs": at.squeeze(-1).tolist(), "above": above.tolist()}
