#include "torch/draw_rows_arguments.h"

#include "torch/packed_batch.h"
#include "torch/row_arguments.h"

namespace querl {

RowDraws row_draws(const at::Tensor& logits, const at::Tensor& draws, const at::Tensor& bans,
                   const at::Tensor& out) {
  if (logits.dim() != 2 || logits.size(1) == 0 || logits.scalar_type() != at::kFloat ||
      (logits.size(1) > 1 && logits.stride(1) != 1))
    refuse("logits", "float32 (n, V) with contiguous rows", shown(logits.sizes()));
  const int64_t rows = logits.size(0);
  constexpr int64_t kDrawWords = sizeof(RowDraw) / sizeof(int32_t);
  check_plain(draws, "draws", at::kInt, {rows, kDrawWords}, logits);
  check_plain(out, "out", at::kInt, {rows, 2}, logits);
  RowDraws job;
  job.logits = logits.const_data_ptr<float>();
  job.rows = rows;
  job.vocab = logits.size(1);
  job.stride = logits.stride(0);
  check_plain(bans, "bans", at::kInt, {bans.size(0), job.ban_words()}, logits);
  job.draws = static_cast<const RowDraw*>(draws.const_data_ptr());
  job.bans = static_cast<const uint32_t*>(bans.const_data_ptr());
  return job;
}

}  // namespace querl
