"""Log-probs of given tokens and entropies, as veRL writes them (torch_functional)."""

import torch
import torch.nn.functional as F

from inputs import integers, normal


def logprobs_from_logits(logits, labels):
    if logits.dtype == torch.float32:
        chosen = torch.gather(logits, -1, labels.unsqueeze(-1)).squeeze(-1)
        # Row by row, as veRL does: it keeps no second matrix.
        return chosen - torch.stack([torch.logsumexp(row, dim=-1) for row in logits])
    rows = [
        F.log_softmax(row, dim=-1).gather(-1, label.unsqueeze(-1)).squeeze(-1)
        for row, label in zip(logits, labels)
    ]
    return torch.stack(rows)


def logprobs_at_once(logits, labels):
    """The same without a loop over rows, which a compiler would unroll."""
    chosen = torch.gather(logits, -1, labels.unsqueeze(-1)).squeeze(-1)
    return chosen.float() - torch.logsumexp(logits.float(), dim=-1)


def entropy_from_logits(logits):
    probabilities = F.softmax(logits, dim=-1)
    return torch.logsumexp(logits, dim=-1) - torch.sum(probabilities * logits, dim=-1)


def scores(logits, targets, variant):
    compiled = variant == "compile"
    logprobs = (logprobs_at_once if compiled else logprobs_from_logits)(logits, targets)
    return logprobs, entropy_from_logits(logits.float() if compiled else logits)


def sampled(gradient):
    """4096 places of a large gradient, spread over all of it, and its norm."""
    flat = gradient.detach().flatten()
    places = torch.arange(4096, dtype=torch.int64) * 2654435761 % flat.numel()
    return flat[places].float().tolist(), [float(torch.linalg.vector_norm(flat.float()))]


class Loss:
    """Both results with fixed slopes, which is all that a loss does to them."""

    def __init__(self, tokens):
        self.d_logprobs = normal(11, tokens, 0, 1e-2)
        self.d_entropies = normal(12, tokens, 0, 1e-3)

    def backward(self, logprobs, entropies):
        (logprobs.float() * self.d_logprobs + entropies.float() * self.d_entropies).sum().backward()


class LogitsLogprobs:
    def __init__(self, sizes, variant):
        tokens, vocab = sizes["tokens"], sizes["vocab"]
        self.logits = normal(21, tokens * vocab, 0, 3).view(tokens, vocab).detach().requires_grad_()
        self.targets = integers(22, tokens, vocab)
        self.loss = Loss(tokens)
        self.scores = lambda logits: scores(logits, self.targets, variant)
        if variant == "compile":
            self.scores = torch.compile(self.scores, dynamic=False)
        self.result = None

    def forget(self):
        self.logits.grad = self.result = None

    def run(self):
        self.forget()
        self.result = self.scores(self.logits)
        self.loss.backward(*self.result)
        self.result = tuple(each.detach() for each in self.result)

    def check(self):
        places, norm = sampled(self.logits.grad)
        logprobs, entropies = (each.float().tolist() for each in self.result)
        self.logits.grad = None
        return {
            "logprobs": logprobs,
            "entropies": entropies,
            "gradient": places,
            "norm of the gradient": norm,
        }


class LinearLogprobs:
    def __init__(self, sizes, variant):
        tokens, width, vocab = sizes["tokens"], sizes["width"], sizes["vocab"]
        dtype = torch.bfloat16 if sizes["dtype"] == "bfloat16" else torch.float32
        hidden = normal(31, tokens * width, 0, 1).view(tokens, width)
        head = normal(32, vocab * width, 0, 0.1).view(vocab, width)
        self.hidden = hidden.to(dtype).detach().requires_grad_()
        self.head = head.to(dtype).detach().requires_grad_()
        self.targets = integers(33, tokens, vocab)
        self.loss = Loss(tokens)
        self.scores = lambda hidden, head: scores(hidden @ head.T, self.targets, variant)
        if variant == "compile":
            self.scores = torch.compile(self.scores, dynamic=False)
        self.result = None

    def forget(self):
        self.hidden.grad = self.head.grad = self.result = None

    def run(self):
        self.forget()
        self.result = self.scores(self.hidden, self.head)
        self.loss.backward(*self.result)
        self.result = tuple(each.detach() for each in self.result)

    def check(self):
        hidden, hidden_norm = sampled(self.hidden.grad)
        head, head_norm = sampled(self.head.grad)
        logprobs, entropies = (each.float().tolist() for each in self.result)
        self.hidden.grad = self.head.grad = None
        return {
            "logprobs": logprobs,
            "entropies": entropies,
            "gradient of the hidden states": hidden,
            "norm of the gradient of the hidden states": hidden_norm,
            "gradient of the head": head,
            "norm of the gradient of the head": head_norm,
        }
