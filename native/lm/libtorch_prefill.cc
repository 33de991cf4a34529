#include "lm/libtorch_prefill.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/index.h>
#include <ATen/ops/tensor.h>

#include <cmath>
#include <vector>

#include "lm/libtorch_operators.h"

namespace querl {
namespace {

// Rows of one session in a run below which pages are read row by row.
constexpr size_t kLeastRun = 16;

// The end of the run of rows that `first` begins.
size_t run_end(std::span<const DecodeRow> rows, size_t first) {
  size_t end = first + 1;
  while (end < rows.size() && rows[end].pages == rows[first].pages) ++end;
  return end;
}

at::Tensor on_device(const std::vector<int64_t>& numbers, at::Device device) {
  return at::tensor(numbers, at::TensorOptions().dtype(at::kLong)).to(device);
}

// (keys, kv_heads head_dim) of keys (pages, kv_heads, 32, head_dim) or values (pages, kv_heads,
// head_dim, 32).
at::Tensor gathered(const at::Tensor& pages, const PrefillRows& rows, bool slot_is_last) {
  const std::optional<at::Tensor> all;
  const c10::List<std::optional<at::Tensor>> places =
      slot_is_last ? c10::List<std::optional<at::Tensor>>({rows.pages, all, all, rows.slots})
                   : c10::List<std::optional<at::Tensor>>({rows.pages, all, rows.slots});
  return at::index(pages, places).flatten(1);
}

}  // namespace

std::optional<PrefillRows> prefill_rows(std::span<const DecodeRow> rows, at::Device device) {
  size_t first = 0;
  while (first < rows.size() && run_end(rows, first) - first < kLeastRun)
    first = run_end(rows, first);
  if (first == rows.size()) return std::nullopt;
  PrefillRows prefill;
  prefill.first = static_cast<int64_t>(first);
  prefill.count = static_cast<int64_t>(rows.size() - first);
  std::vector<int64_t> queries{0}, keys{0}, pages, slots;
  bool is_fresh = true;
  for (size_t start = first; start < rows.size(); start = run_end(rows, start)) {
    const size_t end = run_end(rows, start);
    is_fresh &= rows[start].position == 0;
    const int64_t length = rows[end - 1].position + 1;
    for (int64_t t = 0; t < length; ++t) {
      pages.push_back(rows[start].pages->ids()[static_cast<size_t>(t / kPageTokens)]);
      slots.push_back(t % kPageTokens);
    }
    queries.push_back(static_cast<int64_t>(end - first));
    keys.push_back(keys.back() + length);
  }
  prefill.query_offsets = at::tensor(queries, at::TensorOptions().dtype(at::kLong));
  prefill.key_offsets = at::tensor(keys, at::TensorOptions().dtype(at::kLong));
  if (!is_fresh) {
    prefill.pages = on_device(pages, device);
    prefill.slots = on_device(slots, device);
  }
  return prefill;
}

void prefill_attention(const PrefillRows& rows, const at::Tensor& qkv, const at::Tensor& kv,
                       const DecoderConfig& config, int64_t window, const at::Tensor& out) {
  at::Tensor k = qkv.narrow(1, config.q_size(), config.kv_size());
  at::Tensor v = qkv.narrow(1, config.q_size() + config.kv_size(), config.kv_size());
  if (rows.pages.defined()) {
    const int64_t pages = kv.size(0), size = config.head_dim;
    k = gathered(kv.select(1, 0).view({pages, config.kv_heads, kPageTokens, size}), rows, false);
    v = gathered(kv.select(1, 1).view({pages, config.kv_heads, size, kPageTokens}), rows, true);
  }
  const at::Tensor log_sums =
      at::empty({config.heads, rows.count}, qkv.options().dtype(at::kFloat));
  operators::varlen_attention(qkv.narrow(1, 0, config.q_size()), k, v, rows.query_offsets,
                              rows.key_offsets, config.head_dim, window,
                              1 / std::sqrt(static_cast<double>(config.head_dim)), out, log_sums);
}

}  // namespace querl
