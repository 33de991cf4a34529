#include "kernels/adamw.h"

#include <algorithm>
#include <vector>

#include "kernels/cpu/adamw_tables.h"
#include "kernels/isa.h"

namespace querl {
namespace {

// Elements of one task: large enough to be worth a wake-up, and the unit of the norm's fixed order.
constexpr int64_t kChunk = int64_t{1} << 16;

// A part of one tensor.
struct Piece {
  size_t tensor;
  int64_t first, count;
};

// Every element of the tensors, in order, in pieces of kChunk at most.
template <class Tensor>
std::vector<Piece> pieces_of(std::span<const Tensor> tensors) {
  std::vector<Piece> pieces;
  for (size_t tensor = 0; tensor < tensors.size(); ++tensor)
    for (int64_t first = 0; first < tensors[tensor].count; first += kChunk)
      pieces.push_back({tensor, first, std::min(kChunk, tensors[tensor].count - first)});
  return pieces;
}

// Calls work(piece, its number) for each. Small pieces share a task: there may be thousands.
template <class Work>
void for_pieces(const std::vector<Piece>& pieces, Parallel& parallel, const Work& work) {
  std::vector<size_t> starts{0};
  int64_t elements = 0;
  for (size_t i = 0; i < pieces.size(); ++i) {
    elements += pieces[i].count;
    if (elements < kChunk && i + 1 < pieces.size()) continue;
    starts.push_back(i + 1);
    elements = 0;
  }
  parallel.run(static_cast<int64_t>(starts.size()) - 1, [&](int64_t task, int) {
    const auto at = static_cast<size_t>(task);
    for (size_t i = starts[at]; i < starts[at + 1]; ++i) work(pieces[i], i);
  });
}

// Both types that weights are rounded to have 16 bits.
void* rounded_at(void* rounded, int64_t at) {
  return rounded == nullptr ? nullptr : static_cast<uint16_t*>(rounded) + at;
}

const AdamWKernels& kernels() {
#if defined(__x86_64__)
  static const Isa isa = best_isa();
  if (isa == Isa::kAvx512) return kAdamWAvx512;
  if (isa == Isa::kAvx2) return kAdamWAvx2;
#endif
  return kAdamWPortable;
}

}  // namespace

void adamw(const AdamWStep& step, std::span<const AdamWTensor> tensors, Parallel& parallel) {
  const AdamWFactors factors = adamw_factors(step);
  for_pieces(pieces_of(tensors), parallel, [&](const Piece& piece, size_t) {
    const AdamWTensor& of = tensors[piece.tensor];
    const int64_t at = piece.first;
    const AdamWTensor part{of.weights + at,       of.gradients + at, of.first_moment + at,
                           of.second_moment + at, piece.count,       rounded_at(of.rounded, at)};
    kernels().update(factors, part, step.rounded_type);
  });
}

void adamw8(const AdamWStep& step, std::span<const AdamW8Tensor> tensors, Parallel& parallel) {
  static_assert(kChunk % kMomentBlock == 0);
  const AdamWFactors factors = adamw_factors(step);
  for_pieces(pieces_of(tensors), parallel, [&](const Piece& piece, size_t) {
    const AdamW8Tensor& of = tensors[piece.tensor];
    const int64_t end = piece.first + piece.count;
    for (int64_t at = piece.first; at < end; at += kMomentBlock) {
      const int64_t block = at / kMomentBlock;
      const AdamW8Tensor part{of.weights + at,
                              of.gradients + at,
                              of.first_codes + at,
                              of.second_codes + at,
                              of.first_scales + block,
                              of.second_scales + block,
                              std::min(kMomentBlock, end - at),
                              rounded_at(of.rounded, at)};
      kernels().update8(factors, part, step.rounded_type);
    }
  });
}

void adamw(const AdamWStep& step, float* weights, const float* gradients, float* first_moment,
           float* second_moment, int64_t count, Parallel& parallel) {
  const AdamWTensor whole{weights, gradients, first_moment, second_moment, count};
  adamw(step, std::span(&whole, 1), parallel);
}

double squared_norm(std::span<const NormTensor> tensors, Parallel& parallel) {
  const std::vector<Piece> pieces = pieces_of(tensors);
  std::vector<double> parts(pieces.size());
  for_pieces(pieces, parallel, [&](const Piece& piece, size_t i) {
    parts[i] = kernels().squares(tensors[piece.tensor].values + piece.first, piece.count);
  });
  double total = 0;
  for (const double part : parts) total += part;
  return total;
}

double squared_norm(const float* values, int64_t count, Parallel& parallel) {
  const NormTensor whole{values, count};
  return squared_norm(std::span(&whole, 1), parallel);
}

}  // namespace querl
