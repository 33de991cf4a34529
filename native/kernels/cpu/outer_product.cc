#include "kernels/outer_product.h"

#include <algorithm>

#include "kernels/cpu/linear_plan.h"

namespace querl {
namespace {

// Panels of one task's product, whose sums and operands share a second-level cache.
constexpr int64_t kTaskRows = 8;
constexpr int64_t kTaskColumns = 14;
// Panels of Y that are packed at once, for each thread: enough tasks, and little memory.
constexpr int64_t kGroupRows = 16;

struct Plan {
  Plan(const OuterProduct& job, int threads, const LinearKernels& kernels)
      : rows(pieces(job.n, kLinearBlock)),
        columns(pieces(job.k, kLinearBlock)),
        depth(pieces(job.m, kLinearBlock)),
        panel(panel_blocks(depth) * kernels.block_bytes),
        group(std::min(rows, kGroupRows * std::max(2, threads))) {
    // Even parts: a last task of a single panel would cost more than its share.
    task_columns = pieces(columns, pieces(columns, kTaskColumns));
    right = 0;
    left = right + columns * panel;
    sums = left + group * panel;
    bytes = sums + threads * task_sums() * static_cast<int64_t>(sizeof(float));
  }

  int64_t task_sums() const { return kTaskRows * task_columns * kLinearSums; }

  int64_t rows, columns, depth;  // in blocks, of G and of what is summed
  int64_t panel;                 // bytes
  int64_t group;                 // panels of Y at once
  int64_t task_columns;
  int64_t right, left, sums, bytes;  // offsets
};

// The columns [first, first + count) of rows.
LinearSource source_of(const ConstRows& rows, int64_t m, int64_t first, int64_t count) {
  return {
      static_cast<const char*>(rows.data) + first * 2, rows.stride * 2, nullptr, m, count, true};
}

void add_block(const float* sums, int64_t row, int64_t column, const OuterProduct& job) {
  constexpr int64_t kHalf = kLinearBlock / 2;  // the side of a tile of sums
  const int64_t rows = std::min(kLinearBlock, job.n - row);
  const int64_t columns = std::min(kLinearBlock, job.k - column);
  for (int64_t i = 0; i < rows; ++i) {
    float* to = job.gradient + (row + i) * job.stride + column;
    for (int64_t j = 0; j < columns; j += kHalf) {
      const float* from = sums + ((i / kHalf * 2 + j / kHalf) * kHalf + i % kHalf) * kHalf;
      const int64_t count = std::min(kHalf, columns - j);
      for (int64_t c = 0; c < count; ++c) to[j + c] += from[c];
    }
  }
}

}  // namespace

size_t outer_product_bytes(const OuterProduct& job, int threads, const LinearIsa& isa) {
  return static_cast<size_t>(Plan(job, threads, linear_kernels(FloatType::kBfloat16, isa)).bytes);
}

void outer_product(const OuterProduct& job, void* memory, Parallel& parallel,
                   const LinearIsa& isa) {
  const LinearKernels& kernels = linear_kernels(FloatType::kBfloat16, isa);
  const Plan plan(job, parallel.threads(), kernels);
  char *right = static_cast<char*>(memory) + plan.right,
       *left = static_cast<char*>(memory) + plan.left;
  auto* sums = reinterpret_cast<float*>(static_cast<char*>(memory) + plan.sums);
  for (int64_t first = 0; first < plan.rows; first += plan.group) {
    const int64_t group = std::min(plan.group, plan.rows - first);
    const int64_t column = first * kLinearBlock;
    parallel.run(plan.depth, [&](int64_t block, int) {
      const int64_t row = block * kLinearBlock, at = block * kernels.block_bytes;
      const int64_t width = std::min(group * kLinearBlock, job.n - column);
      kernels.pack_left_depth(source_of(job.y, job.m, column, width), row, left + at, plan.panel);
      if (first == 0)
        kernels.pack_right_depth(source_of(job.x, job.m, 0, job.k), row, right + at, plan.panel);
    });
    const int64_t across = pieces(plan.columns, plan.task_columns);
    parallel.run(pieces(group, kTaskRows) * across, [&](int64_t task, int thread) {
      const BlockRange rows(task / across, kTaskRows, group);
      const BlockRange columns(task % across, plan.task_columns, plan.columns);
      float* task_sums = sums + thread * plan.task_sums();
      kernels.product({.left = left + rows.first * plan.panel,
                       .left_stride = plan.panel,
                       .left_panels = rows.count,
                       .right = right + columns.first * plan.panel,
                       .right_stride = plan.panel,
                       .right_panels = columns.count,
                       .depth = plan.depth,
                       .accumulates = false,
                       .sums = task_sums,
                       .sums_left_stride = plan.task_columns * kLinearSums,
                       .sums_right_stride = kLinearSums});
      for (int64_t i = 0; i < rows.count; ++i)
        for (int64_t j = 0; j < columns.count; ++j)
          add_block(task_sums + (i * plan.task_columns + j) * kLinearSums,
                    column + (rows.first + i) * kLinearBlock, (columns.first + j) * kLinearBlock,
                    job);
    });
  }
}

}  // namespace querl
