#include <algorithm>
#include <cstring>

#include "kernels/cpu/float_rows.h"
#include "kernels/cpu/linear_plan.h"
#include "kernels/linear_logprobs.h"

namespace querl {
namespace {

// Of the head's panels, the logits' gradients and the head's gradient of one chunk of the
// vocabulary: larger chunks read and write the hidden states' gradient less often.
constexpr int64_t kChunkBytes = int64_t{32} << 20;
constexpr int64_t kChunkRows = 16;    // blocks, at least
constexpr int64_t kChunkTokens = 64;  // blocks, at most
// Panels of one task's product, whose sums and operands share a second-level cache (bfloat16, 28
// panels of 64 blocks: 1170 GFLOP/s for 28 x 8, 1680 for 14 x 8 and 10 x 10).
constexpr int64_t kProductRows = 8;
constexpr int64_t kProductColumns = 14;
// Tasks of one run: enough that the last ones to end cost little.
constexpr int64_t kTasksPerThread = 8;

struct BackwardPlan {
  BackwardPlan(const LinearShape& shape, int64_t tokens, const LinearKernels& kernels, int threads,
               bool wants_hidden, bool wants_head)
      : blocks(shape, tokens, kernels),
        padded(blocks.tokens * kLinearBlock),
        chunk_tokens(std::min(blocks.tokens, kChunkTokens)) {
    const int64_t block = kernels.block_bytes, sums = blocks.width * kLinearSums * 4;
    const int64_t outputs = int64_t{wants_hidden} + int64_t{wants_head};
    const int64_t per_row = blocks.panel * (1 + int64_t{wants_hidden}) +
                            outputs * chunk_tokens * block + int64_t{wants_head} * sums;
    chunk_rows = std::min(blocks.vocab, std::max(kChunkRows, kChunkBytes / per_row));
    terms = memory.take<float>(5 * padded);
    targets = memory.take<int32_t>(padded);
    right = memory.take<char>(blocks.tokens * blocks.panel);
    left = memory.take<char>(chunk_rows * blocks.panel);
    logits = memory.take<float>(threads * 2 * blocks.resident_rows() * kLinearSums);
    if (wants_hidden) {
      left_depth = memory.take<char>(blocks.width * panel_blocks(chunk_rows) * block);
      slopes_right = memory.take<char>(chunk_tokens * panel_blocks(chunk_rows) * block);
      hidden_sums = memory.take<char>(blocks.tokens * sums);
    }
    if (wants_head) {
      right_depth = memory.take<char>(blocks.width * panel_blocks(blocks.tokens) * block);
      slopes_left = memory.take<char>(chunk_rows * panel_blocks(chunk_tokens) * block);
      head_sums = memory.take<char>(chunk_rows * sums);
    }
  }

  LinearMemory memory;
  LinearBlocks blocks;
  int64_t padded;                    // tokens
  int64_t chunk_tokens, chunk_rows;  // blocks
  size_t terms = 0, targets = 0;
  // Operands of the logits: hidden states (T blocks) and a chunk of the head, along the width.
  size_t right = 0, left = 0, logits = 0;
  // For d_hidden, transposed: the chunk along its rows, the logits' gradients, the sums
  // [T block][D block].
  size_t left_depth = 0, slopes_right = 0, hidden_sums = 0;
  // For d_head: the hidden states along the tokens, the logits' gradients, the sums of a chunk
  // [V block][D block].
  size_t right_depth = 0, slopes_left = 0, head_sums = 0;
};

// Halves the groups of a grid of tasks until there are enough for the threads.
struct Tasks {
  Tasks(int64_t rows, int64_t row_group, int64_t columns, int64_t column_group, int threads)
      : rows(rows), columns(columns), row_group(row_group), column_group(column_group) {
    while (count() < kTasksPerThread * threads && (this->row_group > 2 || this->column_group > 2)) {
      int64_t& larger = this->row_group > this->column_group ? this->row_group : this->column_group;
      larger = pieces(larger, 2);
    }
  }

  int64_t count() const { return pieces(rows, row_group) * pieces(columns, column_group); }
  // Tasks in order stay with their rows.
  BlockRange row(int64_t task) const {
    return {task / pieces(columns, column_group), row_group, rows};
  }
  BlockRange column(int64_t task) const {
    return {task % pieces(columns, column_group), column_group, columns};
  }

  int64_t rows, columns, row_group, column_group;
};

class Backward {
 public:
  Backward(const LinearInputs& inputs, const TokenSlopes& slopes, const LinearGradients& gradients,
           const std::vector<int64_t>& kept, const LinearKernels& kernels, Parallel& parallel)
      : inputs_(inputs),
        gradients_(gradients),
        kept_(kept),
        kernels_(kernels),
        parallel_(parallel),
        wants_hidden_(gradients.d_hidden.data != nullptr),
        wants_head_(gradients.d_head.data != nullptr),
        plan_(inputs.shape, static_cast<int64_t>(kept.size()), kernels, parallel.threads(),
              wants_hidden_, wants_head_) {
    plan_.memory.allocate();
    fill_terms(slopes);
  }

  void run() {
    const LinearBlocks& blocks = plan_.blocks;
    parallel_.run(blocks.tokens, [&](int64_t block, int) { pack_tokens(block); });
    for (int64_t v = 0; v < blocks.vocab; v += plan_.chunk_rows) {
      const BlockRange rows(v / plan_.chunk_rows, plan_.chunk_rows, blocks.vocab);
      parallel_.run(rows.count, [&](int64_t row, int) { pack_rows(rows.first, row); });
      for (int64_t t = 0; t < blocks.tokens; t += plan_.chunk_tokens) {
        const BlockRange tokens(t / plan_.chunk_tokens, plan_.chunk_tokens, blocks.tokens);
        logits(rows, tokens);
        products(rows, tokens);
      }
    }
    if (wants_hidden_)
      parallel_.run(blocks.tokens, [&](int64_t block, int) { store_hidden(block); });
  }

 private:
  enum Term { kMaximum, kLogSum, kConstant, kSlope, kDirect };

  float* term(Term which) const { return at<float>(plan_.terms) + which * plan_.padded; }

  // Padding has the gradient 0.
  void fill_terms(const TokenSlopes& slopes) {
    const float scale = 1.f / inputs_.temperature;
    std::fill_n(at<float>(plan_.terms), 5 * plan_.padded, 0.f);
    std::fill_n(at<int32_t>(plan_.targets), plan_.padded, -1);
    for (size_t i = 0; i < kept_.size(); ++i) {
      const int64_t t = kept_[i];
      const float d_logprob = slopes.d_logprobs == nullptr ? 0.f : slopes.d_logprobs[t];
      const float d_entropy = slopes.d_entropies == nullptr ? 0.f : slopes.d_entropies[t];
      term(kMaximum)[i] = slopes.maxima[t];
      term(kLogSum)[i] = slopes.log_sums[t];
      term(kConstant)[i] = -scale * (d_logprob + d_entropy * slopes.entropies[t]);
      term(kSlope)[i] = -scale * d_entropy;
      term(kDirect)[i] = scale * d_logprob;
      at<int32_t>(plan_.targets)[i] = static_cast<int32_t>(inputs_.targets[t]);
    }
  }

  void pack_tokens(int64_t block) {
    const LinearSource source = hidden_of(inputs_, kept_);
    const int64_t first = block * kLinearBlock;
    kernels_.pack_right(source, first, at<char>(plan_.right) + block * plan_.blocks.panel);
    if (wants_head_)
      kernels_.pack_right_depth(source, first,
                                at<char>(plan_.right_depth) + block * kernels_.block_bytes,
                                token_stride());
    if (wants_hidden_)
      for (int64_t d = 0; d < plan_.blocks.width; ++d)
        std::memset(hidden_sums(d, block), 0, kLinearSums * sizeof(float));
  }

  void pack_rows(int64_t first, int64_t row) {
    const LinearSource source = head_of(inputs_);
    const int64_t from = (first + row) * kLinearBlock;
    kernels_.pack_left(source, from, at<char>(plan_.left) + row * plan_.blocks.panel);
    if (wants_hidden_)
      kernels_.pack_left_depth(
          source, from, at<char>(plan_.left_depth) + row * kernels_.block_bytes, chunk_stride());
  }

  // The gradients of the logits of a chunk, as operands.
  void logits(const BlockRange& rows, const BlockRange& tokens) {
    const LinearBlocks& blocks = plan_.blocks;
    const Tasks tasks(rows.count, blocks.resident_rows(), tokens.count, 16, parallel_.threads());
    parallel_.run(tasks.count(), [&](int64_t task, int thread) {
      const BlockRange v = tasks.row(task), t = tasks.column(task);
      const int64_t block = tokens.first + t.first, token = block * kLinearBlock;
      char* left_out = at<char>(plan_.slopes_left) + v.first * slopes_left_stride() +
                       t.first * kernels_.block_bytes;
      char* right_out =
          at<char>(plan_.slopes_right) + t.first * chunk_stride() + v.first * kernels_.block_bytes;
      kernels_.slopes(
          {.left = at<char>(plan_.left) + v.first * blocks.panel,
           .right = at<char>(plan_.right) + block * blocks.panel,
           .panel = blocks.panel,
           .v_blocks = v.count,
           .t_blocks = t.count,
           .depth = blocks.width,
           .first_row = (rows.first + v.first) * kLinearBlock,
           .vocab = inputs_.shape.vocab,
           .scale = 1.f / inputs_.temperature,
           .terms = {.maxima = term(kMaximum) + token,
                     .log_sums = term(kLogSum) + token,
                     .constants = term(kConstant) + token,
                     .slopes = term(kSlope) + token,
                     .direct = term(kDirect) + token,
                     .targets = at<int32_t>(plan_.targets) + token},
           .logits = at<float>(plan_.logits) + thread * 2 * blocks.resident_rows() * kLinearSums,
           .left_out = wants_head_ ? left_out : nullptr,
           .left_out_stride = slopes_left_stride(),
           .right_out = wants_hidden_ ? right_out : nullptr,
           .right_out_stride = chunk_stride()});
    });
  }

  // Adds the chunk to both gradients. Each task has sums of its own, so their order is fixed.
  void products(const BlockRange& rows, const BlockRange& tokens) {
    const int64_t width = plan_.blocks.width;
    const int threads = parallel_.threads();
    const int64_t columns = pieces(width, pieces(width, kProductColumns));
    const Tasks hidden(wants_hidden_ ? tokens.count : 0, kProductRows, width, columns, threads);
    const Tasks head(wants_head_ ? rows.count : 0, kProductRows, width, columns, threads);
    parallel_.run(hidden.count() + head.count(), [&](int64_t task, int) {
      if (task < hidden.count())
        add_hidden(rows, tokens, hidden.row(task), hidden.column(task));
      else
        add_head(rows, tokens, head.row(task - hidden.count()), head.column(task - hidden.count()));
    });
  }

  void add_hidden(const BlockRange& rows, const BlockRange& tokens, const BlockRange& t,
                  const BlockRange& d) {
    kernels_.product({.left = at<char>(plan_.left_depth) + d.first * chunk_stride(),
                      .left_stride = chunk_stride(),
                      .left_panels = d.count,
                      .right = at<char>(plan_.slopes_right) + t.first * chunk_stride(),
                      .right_stride = chunk_stride(),
                      .right_panels = t.count,
                      .depth = rows.count,
                      .accumulates = true,
                      .sums = hidden_sums(d.first, tokens.first + t.first),
                      .sums_left_stride = kLinearSums,
                      .sums_right_stride = plan_.blocks.width * kLinearSums});
  }

  void add_head(const BlockRange& rows, const BlockRange& tokens, const BlockRange& v,
                const BlockRange& d) {
    kernels_.product({.left = at<char>(plan_.slopes_left) + v.first * slopes_left_stride(),
                      .left_stride = slopes_left_stride(),
                      .left_panels = v.count,
                      .right = at<char>(plan_.right_depth) + d.first * token_stride() +
                               tokens.first * kernels_.block_bytes,
                      .right_stride = token_stride(),
                      .right_panels = d.count,
                      .depth = tokens.count,
                      .accumulates = tokens.first > 0,
                      .sums = head_sums(v.first, d.first),
                      .sums_left_stride = plan_.blocks.width * kLinearSums,
                      .sums_right_stride = kLinearSums});
    if (tokens.first + tokens.count < plan_.blocks.tokens) return;
    for (int64_t i = 0; i < v.count; ++i)
      for (int64_t j = 0; j < d.count; ++j)
        store_head(rows.first + v.first + i, d.first + j, head_sums(v.first + i, d.first + j));
  }

  void store_head(int64_t v, int64_t d, const float* sums) const {
    const int64_t row = v * kLinearBlock, column = d * kLinearBlock;
    const int64_t rows = std::min(kLinearBlock, inputs_.shape.vocab - row);
    const int64_t columns = std::min(kLinearBlock, inputs_.shape.width - column);
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < columns; j += kHalf)
        write_row(gradients_.d_head, row + i, column + j,
                  sums + ((i / kHalf * 2 + j / kHalf) * kHalf + i % kHalf) * kHalf,
                  std::min(kHalf, columns - j), gradients_.accumulates);
  }

  void store_hidden(int64_t block) const {
    const int64_t first = block * kLinearBlock;
    const int64_t count = std::min(kLinearBlock, static_cast<int64_t>(kept_.size()) - first);
    for (int64_t d = 0; d < plan_.blocks.width; ++d) {
      const float* sums = hidden_sums(d, block);
      const int64_t column = d * kLinearBlock;
      const int64_t columns = std::min(kLinearBlock, inputs_.shape.width - column);
      for (int64_t i = 0; i < count; ++i) {
        float row[kLinearBlock];
        for (int64_t j = 0; j < columns; ++j)
          row[j] = sums[((j / kHalf * 2 + i / kHalf) * kHalf + j % kHalf) * kHalf + i % kHalf];
        write_row(gradients_.d_hidden, kept_[static_cast<size_t>(first + i)], column, row, columns,
                  false);
      }
    }
  }

  static constexpr int64_t kHalf = kLinearBlock / 2;  // the side of a tile of sums

  float* hidden_sums(int64_t d, int64_t t) const {
    return at<float>(plan_.hidden_sums) + (t * plan_.blocks.width + d) * kLinearSums;
  }
  float* head_sums(int64_t v, int64_t d) const {
    return at<float>(plan_.head_sums) + (v * plan_.blocks.width + d) * kLinearSums;
  }

  // Bytes of a panel whose depth is the chunk of the vocabulary, all tokens, a chunk of tokens.
  int64_t chunk_stride() const { return panel_blocks(plan_.chunk_rows) * kernels_.block_bytes; }
  int64_t token_stride() const { return panel_blocks(plan_.blocks.tokens) * kernels_.block_bytes; }
  int64_t slopes_left_stride() const {
    return panel_blocks(plan_.chunk_tokens) * kernels_.block_bytes;
  }

  template <class Value>
  Value* at(size_t offset) const {
    return plan_.memory.at<Value>(offset);
  }

  const LinearInputs& inputs_;
  const LinearGradients& gradients_;
  const std::vector<int64_t>& kept_;
  const LinearKernels& kernels_;
  Parallel& parallel_;
  bool wants_hidden_, wants_head_;
  BackwardPlan plan_;
};

bool has_slope(const TokenSlopes& slopes, int64_t t) {
  // A NaN has one.
  return (slopes.d_logprobs != nullptr && !(slopes.d_logprobs[t] == 0.f)) ||
         (slopes.d_entropies != nullptr && !(slopes.d_entropies[t] == 0.f));
}

}  // namespace

void linear_logprobs_backward(const LinearInputs& inputs, const TokenSlopes& slopes,
                              const LinearGradients& gradients, Parallel& parallel,
                              const LinearIsa& isa) {
  const LinearShape& shape = inputs.shape;
  std::vector<int64_t> kept;
  for (int64_t t = 0; t < shape.tokens; ++t) {
    if (inputs.targets[t] >= 0 && has_slope(slopes, t))
      kept.push_back(t);
    else if (gradients.d_hidden.data != nullptr)
      clear_row(gradients.d_hidden, t, shape.width);
  }
  const bool wants_any = gradients.d_hidden.data != nullptr || gradients.d_head.data != nullptr;
  if (!kept.empty() && wants_any) {
    const LinearKernels& kernels = linear_kernels(inputs.hidden.type, isa);
    Backward(inputs, slopes, gradients, kept, kernels, parallel).run();
  } else if (gradients.d_head.data != nullptr && !gradients.accumulates) {
    for (int64_t row = 0; row < shape.vocab; ++row) clear_row(gradients.d_head, row, shape.width);
  }
}

size_t linear_logprobs_backward_bytes(const LinearShape& shape, FloatType type, int threads,
                                      const LinearIsa& isa) {
  if (shape.tokens == 0) return 0;
  const LinearKernels& kernels = linear_kernels(type, isa);
  return BackwardPlan(shape, shape.tokens, kernels, threads, true, true).memory.bytes();
}

}  // namespace querl
