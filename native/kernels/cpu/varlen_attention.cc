#include "kernels/varlen_attention.h"

#include <cmath>

#include "kernels/cpu/varlen_plan.h"

namespace querl {
namespace {

// Blocks of queries of a task, for all heads that share a KV head.
constexpr int64_t kTaskBlocks = 4;

// Keys and values of a sequence as operands, for one KV head.
struct PackedKeys {
  PackedKeys(const VarlenSequence& sequence, int64_t depth, int64_t block_bytes)
      : keys(sequence.key_blocks() * depth * block_bytes),
        values_stride(panel_blocks(sequence.key_blocks()) * block_bytes),
        bytes(keys + depth * values_stride) {}

  int64_t keys, values_stride, bytes;
};

struct Task {
  int64_t sequence, kv_head, first_block;
};

class Forward {
 public:
  Forward(const VarlenShape& shape, FloatType type, const LinearKernels& kernels, int threads)
      : shape_(shape),
        type_(type),
        kernels_(kernels),
        depth_(pieces(shape.head_dim, kLinearBlock)) {
    for (int64_t i = 0; i < shape.sequences; ++i) {
      const VarlenSequence sequence = sequence_of(shape, i);
      packed_.push_back(packed_bytes_);
      if (sequence.queries == 0) continue;
      packed_bytes_ += shape.kv_heads * PackedKeys(sequence, depth_, kernels.block_bytes).bytes;
      for (int64_t head = 0; head < shape.kv_heads; ++head)
        for (int64_t block = 0; block < sequence.query_blocks(); block += kTaskBlocks)
          tasks_.push_back({i, head, block});
    }
    keys_ = memory_.take<char>(packed_bytes_);
    for (int thread = 0; thread < threads; ++thread)
      rooms_.push_back({memory_.take<char>(depth_ * kernels.block_bytes),
                        memory_.take<char>(kVarlenChunk * kernels.block_bytes),
                        memory_.take<float>(2 * kVarlenChunk * kLinearSums),
                        memory_.take<float>(depth_ * kLinearSums),
                        memory_.take<float>(2 * kLinearBlock)});
    memory_.allocate();
  }

  void run(const VarlenRows& q, const VarlenRows& k, const VarlenRows& v, const VarlenOutput& out,
           float* log_sums, Parallel& parallel) {
    parallel.run(shape_.sequences * shape_.kv_heads, [&](int64_t task, int) {
      pack(k, v, task / shape_.kv_heads, task % shape_.kv_heads);
    });
    std::vector<int64_t> costs;
    for (const Task& task : tasks_) {
      const VarlenSequence sequence = sequence_of(shape_, task.sequence);
      const int64_t last =
          std::min(sequence.queries, (task.first_block + kTaskBlocks) * kLinearBlock) - 1;
      costs.push_back(sequence.position(last));
    }
    const std::vector<int64_t> order = longest_first(costs);
    parallel.run(static_cast<int64_t>(tasks_.size()), [&](int64_t task, int thread) {
      attend(q, out, log_sums, tasks_[static_cast<size_t>(order[static_cast<size_t>(task)])],
             rooms_[static_cast<size_t>(thread)]);
    });
  }

 private:
  // Offsets of a thread's memory.
  struct Room {
    size_t queries, weights, scores, out, state;
  };

  char* packed(int64_t sequence, int64_t kv_head, const PackedKeys& layout) const {
    return memory_.at<char>(keys_) + packed_[static_cast<size_t>(sequence)] +
           kv_head * layout.bytes;
  }

  void pack(const VarlenRows& k, const VarlenRows& v, int64_t index, int64_t kv_head) const {
    const VarlenSequence sequence = sequence_of(shape_, index);
    if (sequence.queries == 0) return;
    const PackedKeys layout(sequence, depth_, kernels_.block_bytes);
    char* keys = packed(index, kv_head, layout);
    const LinearSource from =
        head_rows(k, type_, sequence.first_key, sequence.keys, kv_head, shape_.head_dim);
    const LinearSource values =
        head_rows(v, type_, sequence.first_key, sequence.keys, kv_head, shape_.head_dim);
    for (int64_t block = 0; block < sequence.key_blocks(); ++block) {
      kernels_.pack_left(from, block * kLinearBlock, keys + block * depth_ * kernels_.block_bytes);
      kernels_.pack_left_depth(values, block * kLinearBlock,
                               keys + layout.keys + block * kernels_.block_bytes,
                               layout.values_stride);
    }
  }

  void attend(const VarlenRows& q, const VarlenOutput& out, float* log_sums, const Task& task,
              const Room& room) const {
    const VarlenSequence sequence = sequence_of(shape_, task.sequence);
    const int64_t group = shape_.heads / shape_.kv_heads;
    const int64_t end = std::min(sequence.query_blocks(), task.first_block + kTaskBlocks);
    for (int64_t head = task.kv_head * group; head < (task.kv_head + 1) * group; ++head)
      for (int64_t block = task.first_block; block < end; ++block)
        attend_block(q, out, log_sums, task, sequence, head, block, room);
  }

  void attend_block(const VarlenRows& q, const VarlenOutput& out, float* log_sums, const Task& task,
                    const VarlenSequence& sequence, int64_t head, int64_t block,
                    const Room& room) const {
    const BlockRange queries(block, kLinearBlock, sequence.queries);
    const KeyBlocks seen(shape_, sequence, queries);
    const PackedKeys layout(sequence, depth_, kernels_.block_bytes);
    const char* keys = packed(task.sequence, task.kv_head, layout);
    float* state = memory_.at<float>(room.state);
    kernels_.pack_right(
        head_rows(q, type_, sequence.first_query, sequence.queries, head, shape_.head_dim),
        queries.first, memory_.at<char>(room.queries));
    kernels_.attend({.keys = keys + seen.first * depth_ * kernels_.block_bytes,
                     .values = keys + layout.keys + seen.first * kernels_.block_bytes,
                     .values_stride = layout.values_stride,
                     .queries = memory_.at<char>(room.queries),
                     .key_blocks = seen.end - seen.first,
                     .depth = depth_,
                     .sight = sight_of(shape_, sequence, queries.first, seen.first),
                     .scale = shape_.scale,
                     .scores = memory_.at<float>(room.scores),
                     .weights = memory_.at<char>(room.weights),
                     .maxima = state,
                     .sums = state + kLinearBlock,
                     .out = memory_.at<float>(room.out)});
    if (log_sums != nullptr) {
      float* sums_of_head =
          log_sums + head * varlen_queries(shape_) + sequence.first_query + queries.first;
      for (int64_t i = 0; i < queries.count; ++i)
        sums_of_head[i] = state[i] + std::log(state[kLinearBlock + i]);
    }
    for (int64_t i = 0; i < queries.count; ++i)
      state[kLinearBlock + i] = 1.f / state[kLinearBlock + i];
    kernels_.write_columns(head_columns(memory_.at<float>(room.out), state + kLinearBlock, out,
                                        type_, sequence.first_query + queries.first, queries.count,
                                        head, shape_.head_dim));
  }

  const VarlenShape& shape_;
  FloatType type_;
  const LinearKernels& kernels_;
  int64_t depth_;
  int64_t packed_bytes_ = 0;
  std::vector<int64_t> packed_;  // where a sequence's operands begin
  std::vector<Task> tasks_;
  LinearMemory memory_;
  size_t keys_ = 0;
  std::vector<Room> rooms_;
};

}  // namespace

void varlen_attention(const VarlenShape& shape, FloatType type, const VarlenRows& q,
                      const VarlenRows& k, const VarlenRows& v, const VarlenOutput& out,
                      float* log_sums, Parallel& parallel, const LinearIsa& isa) {
  const int64_t queries = varlen_queries(shape), keys = varlen_keys(shape);
  if (queries == 0) return;
  if (type == FloatType::kFloat16) {
    const int64_t width = shape.heads * shape.head_dim, kv = shape.kv_heads * shape.head_dim;
    const WidenedRows wide_q(q, type, queries, width), wide_k(k, type, keys, kv),
        wide_v(v, type, keys, kv);
    RoundedRows wide_out(out, type, queries, width);
    varlen_attention(shape, FloatType::kFloat32, wide_q.rows(), wide_k.rows(), wide_v.rows(),
                     wide_out.rows(), log_sums, parallel, isa);
    wide_out.finish();
    return;
  }
  Forward(shape, type, linear_kernels(type, isa), parallel.threads())
      .run(q, k, v, out, log_sums, parallel);
}

}  // namespace querl
