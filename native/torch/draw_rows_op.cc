// querl::draw_rows: a token from each row of logits, under options of its own. What the sampler's
// decoder on a device asks for; querl::sample is the operator for everybody.
#include <ATen/core/Tensor.h>
#include <torch/library.h>

#include <vector>

#include "kernels/sample.h"
#include "torch/draw_rows_arguments.h"
#include "torch/threads.h"

namespace querl {
namespace {

Sample answer(const RowDraws& rows, int64_t b, std::vector<float>& logits, SampleScratch& scratch) {
  const RowDraw& draw = rows.draws[b];
  std::vector<int32_t> banned;
  for (int64_t id = 0; draw.bans >= 0 && id < rows.vocab; ++id)
    if ((rows.bans[draw.bans * rows.ban_words() + id / 32] >> (id % 32) & 1) != 0)
      banned.push_back(static_cast<int32_t>(id));
  const SampleOptions options{.temperature = draw.temperature,
                              .top_p = draw.top_p,
                              .top_k = draw.top_k,
                              .min_p = draw.min_p,
                              .banned = banned.data(),
                              .banned_count = static_cast<int64_t>(banned.size())};
  const float* row = rows.logits + b * rows.stride;
  logits.assign(row, row + rows.vocab);
  return draw.target >= 0 ? score_row(logits.data(), rows.vocab, options, draw.target, scratch)
                          : sample_row(logits.data(), rows.vocab, options, draw.uniform, scratch);
}

void draw_rows_cpu(const at::Tensor& logits, const at::Tensor& draws, const at::Tensor& bans,
                   const at::Tensor& out) {
  const RowDraws rows = row_draws(logits, draws, bans, out);
  auto* const drawn = static_cast<DrawnRow*>(out.mutable_data_ptr());
  LibtorchThreads threads;
  threads.run(rows.rows, [&](int64_t b, int) {
    std::vector<float> own;
    SampleScratch scratch;
    const Sample sample = answer(rows, b, own, scratch);
    drawn[b] = {sample.id, sample.logprob};
  });
}

TORCH_LIBRARY_FRAGMENT(querl, m) {
  // logits (n, V) float32, rows contiguous; draws (n, 8) int32, the bytes of a RowDraw each; bans
  // (k, ceil(V / 32)) int32, a bit for each id; out (n, 2) int32: the id, -1 where a row is not
  // finite, and the bits of its float32 log-prob.
  m.def("draw_rows(Tensor logits, Tensor draws, Tensor bans, Tensor(a!) out) -> ()");
}

TORCH_LIBRARY_IMPL(querl, CPU, m) { m.impl("draw_rows", &draw_rows_cpu); }

}  // namespace
}  // namespace querl
