#include "lm/libtorch_pass.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>

#include "lm/rope.h"

namespace querl {
namespace {

template <class Value>
at::Tensor copied(const std::vector<Value>& values, at::ScalarType type, at::Device device) {
  const at::Tensor host =
      at::from_blob(const_cast<Value*>(values.data()), {static_cast<int64_t>(values.size())},
                    at::TensorOptions().dtype(type));
  return host.to(device, type, /*non_blocking=*/false, /*copy=*/true);
}

std::vector<int64_t> key_rows_of(const PackedRows& rows) {
  std::vector<int64_t> result;
  const auto add = [&](int64_t first, int64_t count) {
    for (int64_t i = 0; i < count; ++i) result.push_back(first + i);
  };
  for (int64_t run = 0; run < rows.runs(); ++run) {
    const auto i = static_cast<size_t>(run);
    add(rows.prefix_first[i], rows.prefix_rows(run));
    add(rows.row_offsets[i], rows.row_offsets[i + 1] - rows.row_offsets[i]);
  }
  return result;
}

}  // namespace

void RotaryTables::reach(int64_t positions, at::Device device) {
  if (cos_.defined() && cos_.size(0) >= positions) return;
  // Doubling: a table is made anew a few times at most.
  const int64_t known = cos_.defined() ? cos_.size(0) : 0;
  const int64_t wanted = std::max<int64_t>({positions, 2 * known, 256});
  DecoderConfig config = config_;
  config.max_positions = std::max(positions, std::min(wanted, config_.max_positions));
  const std::vector<float> tables = rope_tables(config);
  const int64_t half = config.head_dim / 2, count = config.max_positions * half;
  const auto table = [&](int64_t start) {
    return at::from_blob(const_cast<float*>(tables.data()) + start, {config.max_positions, half},
                         at::TensorOptions().dtype(at::kFloat))
        .to(device, at::kFloat, /*non_blocking=*/false, /*copy=*/true);
  };
  cos_ = table(0);
  sin_ = table(count);
}

LibtorchPass::LibtorchPass(const PackedRows& packed, RotaryTables& tables, at::Device device)
    : rows(packed),
      positions(copied(packed.positions, at::kInt, device)),
      read(copied(packed.read, at::kLong, device)),
      row_offsets(copied(packed.row_offsets, at::kLong, at::kCPU)),
      key_offsets(copied(packed.key_offsets, at::kLong, at::kCPU)) {
  const std::vector<int64_t> wide(packed.tokens.begin(), packed.tokens.end());
  tokens = copied(wide, at::kLong, device);
  if (packed.has_prefixes()) key_rows = copied(key_rows_of(packed), at::kLong, device);
  tables.reach(*std::max_element(packed.positions.begin(), packed.positions.end()) + 1, device);
  cos = tables.cos();
  sin = tables.sin();
}

}  // namespace querl
