#include "torch/cuda/linear_logprobs_loop.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <string>

#include "base/errors.h"
#include "kernels/cuda/logits_logprobs.cuh"

namespace querl {
namespace {

// Below this a product is too thin for its reading of the hidden states, and adding to d_hidden
// costs as much as computing it.
constexpr int64_t kNarrowestChunk = 4096;

void check_launch(cudaError_t error) {
  if (error != cudaSuccess)
    throw Error("ERR_QUERL_NATIVE", "linear_logprobs: CUDA could not start a kernel (error " +
                                        std::to_string(static_cast<int>(error)) + ").");
}

// out = a b, with sums in float32, and `out` float32 even where a and b are not.
void multiply(const at::Tensor& a, const at::Tensor& b, at::Tensor out) {
  if (out.scalar_type() == a.scalar_type()) {
    at::mm_out(out, a, b);
  } else {
    at::mm_out(out, a, b, out.scalar_type());
  }
}

// One buffer for the numbers of every chunk, in turn.
class ChunkBuffer {
 public:
  ChunkBuffer(int64_t tokens, int64_t columns, const at::TensorOptions& options)
      : tokens_(tokens), numbers_(at::empty({tokens * columns}, options)) {}

  // (T, columns), contiguous.
  at::Tensor of(int64_t columns) const {
    return numbers_.narrow(0, 0, tokens_ * columns).view({tokens_, columns});
  }

 private:
  int64_t tokens_;
  at::Tensor numbers_;
};

// The chunks of the vocabulary, one after the other, with their logits.
class ChunkLoop {
 public:
  ChunkLoop(const at::Tensor& hidden, const at::Tensor& head, int64_t chunk_bytes)
      : hidden_(hidden),
        head_(head),
        columns_(chunk_columns(hidden.size(0), head.size(0), chunk_bytes)),
        logits_(hidden.size(0), columns_, hidden.options().dtype(at::kFloat)) {}

  int64_t widest() const { return columns_; }

  // Calls work(head, logits, chunk) for each; head (columns, D), logits (T, columns).
  template <class Work>
  void run(const Work& work) const {
    for (int64_t first = 0; first < head_.size(0); first += columns_) {
      const int64_t columns = std::min(columns_, head_.size(0) - first);
      const at::Tensor head = head_.narrow(0, first, columns), logits = logits_.of(columns);
      multiply(hidden_, head.t(), logits);
      work(head, logits, LogitsChunk{rows_of(logits), hidden_.size(0), first, columns});
    }
  }

 private:
  at::Tensor hidden_, head_;
  int64_t columns_;
  ChunkBuffer logits_;
};

}  // namespace

int64_t chunk_columns(int64_t tokens, int64_t vocab, int64_t chunk_bytes) {
  const int64_t room = chunk_bytes / (4 * std::max<int64_t>(tokens, 1));
  const int64_t step = room >= kSoftmaxColumns ? kSoftmaxColumns : kNarrowestChunk;
  return std::min(vocab, std::max(room / step * step, kNarrowestChunk));
}

ScoreTensors linear_logprobs_forward(const at::Tensor& hidden, const at::Tensor& head,
                                     const at::Tensor& targets, double temperature,
                                     cudaStream_t stream, int64_t chunk_bytes) {
  const ScoreTensors scores = empty_scores(targets);
  const int64_t tokens = hidden.size(0), vocab = head.size(0);
  if (tokens == 0) return scores;
  const ChunkLoop chunks(hidden, head, chunk_bytes);
  const int64_t of_chunk = softmax_pieces(chunks.widest());
  const int64_t most = (vocab + chunks.widest() - 1) / chunks.widest() * of_chunk;
  const at::Tensor pieces =
      at::empty({most * tokens * static_cast<int64_t>(sizeof(SoftmaxPiece) / sizeof(float))},
                hidden.options().dtype(at::kFloat));
  auto* const first = reinterpret_cast<SoftmaxPiece*>(pieces.mutable_data_ptr());
  const auto* const ids = targets.const_data_ptr<int64_t>();
  const auto heat = static_cast<float>(temperature);

  int64_t count = 0;
  chunks.run([&](const at::Tensor&, const at::Tensor&, const LogitsChunk& chunk) {
    check_launch(softmax_pieces_cuda(chunk, ids, heat, first + count * tokens, stream));
    count += softmax_pieces(chunk.columns);
  });
  check_launch(
      token_scores_cuda(first, count, tokens, vocab, ids, heat, scores_of(scores), stream));
  return scores;
}

std::tuple<at::Tensor, at::Tensor> linear_logprobs_backward(
    const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& targets,
    const TokenSlopeTensors& slopes, double temperature, std::array<bool, 2> wanted,
    cudaStream_t stream, int64_t chunk_bytes) {
  const int64_t tokens = hidden.size(0);
  const auto floats = hidden.options().dtype(at::kFloat);
  at::Tensor d_hidden, d_head;
  if (wanted[0]) d_hidden = at::zeros(hidden.sizes(), floats);
  if (wanted[1])
    d_head = tokens == 0 ? at::zeros_like(head) : at::empty(head.sizes(), head.options());
  if (tokens == 0 || !(wanted[0] || wanted[1])) return {d_hidden, d_head};

  const ChunkLoop chunks(hidden, head, chunk_bytes);
  const bool in_place = hidden.scalar_type() == at::kFloat;
  std::optional<ChunkBuffer> narrow;
  if (!in_place) narrow.emplace(tokens, chunks.widest(), hidden.options());
  // addmm would do, but not every LibTorch that we build with takes a float32 sum of bfloat16
  // products.
  at::Tensor share;
  if (wanted[0]) share = at::empty(hidden.sizes(), floats);
  const TokenSlopes known = slopes_of(slopes.entropies, slopes.maxima, slopes.log_sums,
                                      slopes.d_logprobs, slopes.d_entropies);

  chunks.run([&](const at::Tensor& part, const at::Tensor& logits, const LogitsChunk& chunk) {
    const at::Tensor d_logits = in_place ? logits : narrow->of(chunk.columns);
    check_launch(logit_slopes_cuda(chunk, targets.const_data_ptr<int64_t>(),
                                   static_cast<float>(temperature), known,
                                   writable_rows_of(d_logits), stream));
    if (wanted[0]) {
      multiply(d_logits, part, share);
      d_hidden.add_(share);
    }
    if (wanted[1]) multiply(d_logits.t(), hidden, d_head.narrow(0, chunk.first, chunk.columns));
  });
  return {d_hidden, d_head};
}

}  // namespace querl
