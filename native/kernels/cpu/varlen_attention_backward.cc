#include <limits>

#include "kernels/cpu/varlen_plan.h"

namespace querl {
namespace {

// Blocks of queries whose weights are multiplied together: sums over queries are read and written
// once for them.
constexpr int64_t kStrip = 4;
// Blocks of keys that have weights at a time: 2 x 64 KiB of operands in bfloat16.
constexpr int64_t kChunk = 8;

struct Inputs {
  VarlenRows q, k, v, out, d_out;
  const float* log_sums;
  VarlenOutput d_q, d_k, d_v;
};

// Offsets of a thread's memory.
struct Room {
  size_t keys, values, turned_keys, d_keys, d_values;     // of a sequence
  size_t queries, slopes, turned_queries, turned_slopes;  // of a strip
  size_t log_sums, means, d_queries;
  size_t left_weights, left_slopes, right_slopes, scores;  // of a chunk
};

class Backward {
 public:
  Backward(const VarlenShape& shape, FloatType type, const LinearKernels& kernels,
           const Inputs& inputs, int threads)
      : shape_(shape),
        type_(type),
        kernels_(kernels),
        in_(inputs),
        block_(kernels.block_bytes),
        depth_(pieces(shape.head_dim, kLinearBlock)) {
    int64_t keys = 0;
    for (int64_t i = 0; i < shape.sequences; ++i)
      keys = std::max(keys, sequence_of(shape, i).key_blocks());
    const int64_t panels = keys * depth_ * block_, strip = kStrip * depth_ * block_;
    for (int thread = 0; thread < threads; ++thread)
      rooms_.push_back({.keys = memory_.take<char>(panels),
                        .values = memory_.take<char>(panels),
                        .turned_keys = memory_.take<char>(panel_blocks(keys) * depth_ * block_),
                        .d_keys = memory_.take<float>(keys * depth_ * kLinearSums),
                        .d_values = memory_.take<float>(keys * depth_ * kLinearSums),
                        .queries = memory_.take<char>(strip),
                        .slopes = memory_.take<char>(strip),
                        .turned_queries = memory_.take<char>(strip),
                        .turned_slopes = memory_.take<char>(strip),
                        .log_sums = memory_.take<float>(kStrip * kLinearBlock),
                        .means = memory_.take<float>(kStrip * kLinearBlock),
                        .d_queries = memory_.take<float>(kStrip * depth_ * kLinearSums),
                        .left_weights = memory_.take<char>(kChunk * kStrip * block_),
                        .left_slopes = memory_.take<char>(kChunk * kStrip * block_),
                        .right_slopes = memory_.take<char>(kChunk * block_),
                        .scores = memory_.take<float>(4 * kLinearSums)});
    memory_.allocate();
  }

  void run(Parallel& parallel) const {
    std::vector<int64_t> costs;
    for (int64_t i = 0; i < shape_.sequences; ++i) {
      const VarlenSequence sequence = sequence_of(shape_, i);
      costs.insert(costs.end(), static_cast<size_t>(shape_.kv_heads),
                   sequence.queries * sequence.keys);
    }
    const std::vector<int64_t> order = longest_first(costs);
    parallel.run(static_cast<int64_t>(order.size()), [&](int64_t at, int thread) {
      const int64_t task = order[static_cast<size_t>(at)];
      Sequence(*this, task / shape_.kv_heads, task % shape_.kv_heads,
               rooms_[static_cast<size_t>(thread)])
          .run();
    });
  }

 private:
  // One sequence and one KV head, on one thread.
  class Sequence {
   public:
    Sequence(const Backward& all, int64_t index, int64_t kv_head, const Room& room)
        : all_(all),
          shape_(all.shape_),
          kernels_(all.kernels_),
          sequence_(sequence_of(all.shape_, index)),
          kv_head_(kv_head),
          room_(room),
          block_(all.block_),
          depth_(all.depth_) {}

    void run() {
      pack_keys();
      const int64_t sums = sequence_.key_blocks() * depth_ * kLinearSums;
      std::fill_n(floats(room_.d_keys), sums, 0.f);
      std::fill_n(floats(room_.d_values), sums, 0.f);
      const int64_t group = shape_.heads / shape_.kv_heads;
      for (int64_t head = kv_head_ * group; head < (kv_head_ + 1) * group; ++head)
        for (int64_t first = 0; first < sequence_.query_blocks(); first += kStrip)
          run_strip(head, first, std::min(kStrip, sequence_.query_blocks() - first));
      write_keys(room_.d_keys, all_.in_.d_k);
      write_keys(room_.d_values, all_.in_.d_v);
    }

   private:
    char* bytes(size_t offset) const { return all_.memory_.at<char>(offset); }
    float* floats(size_t offset) const { return all_.memory_.at<float>(offset); }
    int64_t turned_stride() const { return panel_blocks(sequence_.key_blocks()) * block_; }
    BlockRange queries_of(int64_t block) const {
      return BlockRange(block, kLinearBlock, sequence_.queries);
    }

    LinearSource keys_of(const VarlenRows& rows) const {
      return head_rows(rows, all_.type_, sequence_.first_key, sequence_.keys, kv_head_,
                       shape_.head_dim);
    }
    LinearSource queries_of(const VarlenRows& rows, int64_t head) const {
      return head_rows(rows, all_.type_, sequence_.first_query, sequence_.queries, head,
                       shape_.head_dim);
    }

    void pack_keys() const {
      const LinearSource keys = keys_of(all_.in_.k), values = keys_of(all_.in_.v);
      for (int64_t block = 0; block < sequence_.key_blocks(); ++block) {
        const int64_t row = block * kLinearBlock, at = block * depth_ * block_;
        kernels_.pack_left(keys, row, bytes(room_.keys) + at);
        kernels_.pack_left(values, row, bytes(room_.values) + at);
        kernels_.pack_left_depth(keys, row, bytes(room_.turned_keys) + block * block_,
                                 turned_stride());
      }
    }

    void run_strip(int64_t head, int64_t first, int64_t blocks) const {
      for (int64_t i = 0; i < blocks; ++i) pack_queries(head, first + i, i);
      const int64_t end = KeyBlocks(shape_, sequence_, queries_of(first + blocks - 1)).end;
      for (int64_t key = KeyBlocks(shape_, sequence_, queries_of(first)).first; key < end;
           key += kChunk)
        run_chunk(first, blocks, key, std::min(kChunk, end - key));
      for (int64_t i = 0; i < blocks; ++i) write_queries(head, first + i, i);
    }

    // Block `block` of the queries, and of what belongs to them, in place `place` of the strip.
    void pack_queries(int64_t head, int64_t block, int64_t place) const {
      const int64_t row = block * kLinearBlock, panel = place * depth_ * block_;
      const LinearSource queries = queries_of(all_.in_.q, head);
      const LinearSource slopes = queries_of(all_.in_.d_out, head);
      kernels_.pack_right(queries, row, bytes(room_.queries) + panel);
      kernels_.pack_right(slopes, row, bytes(room_.slopes) + panel);
      kernels_.pack_right_depth(queries, row, bytes(room_.turned_queries) + place * block_,
                                kStrip * block_);
      kernels_.pack_right_depth(slopes, row, bytes(room_.turned_slopes) + place * block_,
                                kStrip * block_);
      const BlockRange range = queries_of(block);
      const float* log_sums =
          all_.in_.log_sums + head * varlen_queries(shape_) + sequence_.first_query + range.first;
      float* to = floats(room_.log_sums) + place * kLinearBlock;
      // Behind the last query weights are 0.
      std::fill_n(std::copy_n(log_sums, range.count, to), kLinearBlock - range.count,
                  std::numeric_limits<float>::max());
      kernels_.multiply_rows(queries_of(all_.in_.out, head), slopes, row,
                             floats(room_.means) + place * kLinearBlock);
      std::fill_n(floats(room_.d_queries) + place * depth_ * kLinearSums, depth_ * kLinearSums,
                  0.f);
    }

    // A strip of `blocks` blocks of queries against `keys` blocks of keys.
    void run_chunk(int64_t first, int64_t blocks, int64_t key, int64_t keys) const {
      for (int64_t i = 0; i < blocks; ++i) run_block(first + i, i, key, keys);
      add_keys(room_.left_weights, room_.turned_slopes, blocks, key, keys, room_.d_values);
      add_keys(room_.left_slopes, room_.turned_queries, blocks, key, keys, room_.d_keys);
    }

    void run_block(int64_t block, int64_t place, int64_t key, int64_t keys) const {
      const KeyBlocks all_seen(shape_, sequence_, queries_of(block));
      const int64_t seen = std::clamp(all_seen.first - key, int64_t{0}, keys);
      const int64_t end = std::clamp(all_seen.end - key, seen, keys);
      for (const size_t left : {room_.left_weights, room_.left_slopes})
        for (int64_t i = 0; i < keys; ++i)
          if (i < seen || i >= end)
            std::fill_n(bytes(left) + (i * kStrip + place) * block_, block_, char{0});
      if (seen == end) return;
      const int64_t panel = place * depth_ * block_, left = (seen * kStrip + place) * block_;
      const int64_t first_key = key + seen;
      kernels_.attend_backward(
          {.keys = bytes(room_.keys) + first_key * depth_ * block_,
           .values = bytes(room_.values) + first_key * depth_ * block_,
           .queries = bytes(room_.queries) + panel,
           .slopes = bytes(room_.slopes) + panel,
           .key_blocks = end - seen,
           .depth = depth_,
           .sight = sight_of(shape_, sequence_, block * kLinearBlock, first_key),
           .scale = shape_.scale,
           .log_sums = floats(room_.log_sums) + place * kLinearBlock,
           .means = floats(room_.means) + place * kLinearBlock,
           .scores = floats(room_.scores),
           .left_weights = bytes(room_.left_weights) + left,
           .left_slopes = bytes(room_.left_slopes) + left,
           .left_stride = kStrip * block_,
           .right_slopes = bytes(room_.right_slopes)});
      kernels_.product({.left = bytes(room_.turned_keys) + first_key * block_,
                        .left_stride = turned_stride(),
                        .left_panels = depth_,
                        .right = bytes(room_.right_slopes),
                        .right_stride = 0,
                        .right_panels = 1,
                        .depth = end - seen,
                        .accumulates = true,
                        .sums = floats(room_.d_queries) + place * depth_ * kLinearSums,
                        .sums_left_stride = kLinearSums,
                        .sums_right_stride = 0});
    }

    // Adds to the gradient of keys or of values what a strip gives.
    void add_keys(size_t left, size_t right, int64_t blocks, int64_t key, int64_t keys,
                  size_t sums) const {
      kernels_.product({.left = bytes(left),
                        .left_stride = kStrip * block_,
                        .left_panels = keys,
                        .right = bytes(right),
                        .right_stride = kStrip * block_,
                        .right_panels = depth_,
                        .depth = blocks,
                        .accumulates = true,
                        .sums = floats(sums) + key * depth_ * kLinearSums,
                        .sums_left_stride = depth_ * kLinearSums,
                        .sums_right_stride = kLinearSums});
    }

    void write_queries(int64_t head, int64_t block, int64_t place) const {
      const BlockRange range = queries_of(block);
      kernels_.write_columns(head_columns(
          floats(room_.d_queries) + place * depth_ * kLinearSums, nullptr, all_.in_.d_q, all_.type_,
          sequence_.first_query + range.first, range.count, head, shape_.head_dim));
    }

    void write_keys(size_t sums, const VarlenOutput& to) const {
      for (int64_t i = 0; i < sequence_.keys; ++i)
        write_sums_row(
            floats(sums) + i / kLinearBlock * depth_ * kLinearSums, i % kLinearBlock,
            shape_.head_dim, all_.type_,
            head_row(to, all_.type_, sequence_.first_key + i, kv_head_, shape_.head_dim));
    }

    const Backward& all_;
    const VarlenShape& shape_;
    const LinearKernels& kernels_;
    VarlenSequence sequence_;
    int64_t kv_head_;
    const Room& room_;
    int64_t block_, depth_;
  };

  const VarlenShape& shape_;
  FloatType type_;
  const LinearKernels& kernels_;
  const Inputs& in_;
  int64_t block_, depth_;  // bytes of an operand block; blocks of head_dim
  LinearMemory memory_;
  std::vector<Room> rooms_;
};

}  // namespace

void varlen_attention_backward(const VarlenShape& shape, FloatType type, const VarlenRows& q,
                               const VarlenRows& k, const VarlenRows& v, const VarlenRows& out,
                               const VarlenRows& d_out, const float* log_sums,
                               const VarlenOutput& d_q, const VarlenOutput& d_k,
                               const VarlenOutput& d_v, Parallel& parallel, const LinearIsa& isa) {
  const int64_t queries = varlen_queries(shape), keys = varlen_keys(shape);
  if (type == FloatType::kFloat16) {
    const int64_t width = shape.heads * shape.head_dim, kv = shape.kv_heads * shape.head_dim;
    const WidenedRows wide_q(q, type, queries, width), wide_k(k, type, keys, kv),
        wide_v(v, type, keys, kv), wide_out(out, type, queries, width),
        wide_d_out(d_out, type, queries, width);
    RoundedRows wide_d_q(d_q, type, queries, width), wide_d_k(d_k, type, keys, kv),
        wide_d_v(d_v, type, keys, kv);
    varlen_attention_backward(shape, FloatType::kFloat32, wide_q.rows(), wide_k.rows(),
                              wide_v.rows(), wide_out.rows(), wide_d_out.rows(), log_sums,
                              wide_d_q.rows(), wide_d_k.rows(), wide_d_v.rows(), parallel, isa);
    for (const RoundedRows* rows : {&wide_d_q, &wide_d_k, &wide_d_v}) rows->finish();
    return;
  }
  const Inputs inputs{q, k, v, out, d_out, log_sums, d_q, d_k, d_v};
  Backward(shape, type, linear_kernels(type, isa), inputs, parallel.threads()).run(parallel);
}

}  // namespace querl
