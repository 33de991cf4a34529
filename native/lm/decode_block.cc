#include "lm/decode_block.h"

#include <cstdlib>
#include <new>

#include "lm/row_answer.h"

namespace querl {
namespace {

// Rows of a prompt that attend together in a team.
constexpr int64_t kAttentionRows = 64;

const HalfLinearKernels* half_kernels(FloatType type, Isa isa, Bf16Isa bf16) {
  return type == FloatType::kFloat32 ? nullptr : &half_linear_kernels(type, isa, bf16);
}

}  // namespace

DecoderKernels::DecoderKernels(FloatType type, Isa isa_of, Bf16Isa bf16)
    : isa(isa_of),
      dense(dense_kernels(isa_of)),
      decode(decode_kernels(isa_of, bf16)),
      half(half_kernels(type, isa_of, bf16)) {}

DecodeBlock::Floats::Floats(int64_t count) {
  constexpr size_t kAlignment = 64;
  const auto bytes = static_cast<size_t>(count) * sizeof(float);
  data.reset(static_cast<float*>(std::aligned_alloc(
      kAlignment, (std::max<size_t>(bytes, 1) + kAlignment - 1) / kAlignment * kAlignment)));
  if (data == nullptr) throw std::bad_alloc();
}

void DecodeBlock::Floats::Free::operator()(float* floats) const { std::free(floats); }

DecodeBlock::DecodeBlock(const DecoderWeights& weights, const DecoderKernels& kernels,
                         const PageShape& shape, int64_t rows, int64_t logits_rows, int threads)
    : weights_(weights),
      kernels_(kernels),
      config_(weights.config()),
      shape_(shape),
      logits_rows_(logits_rows),
      row_unit_(kernels.half != nullptr ? kHalfPanel : 1),
      threads_(threads),
      positions_(static_cast<size_t>(rows)),
      hidden_(rows * config_.hidden_size),
      normed_(rows * config_.hidden_size),
      qkv_(rows * config_.qkv_size()),
      mixed_(rows * config_.q_size()),
      gate_up_(rows * 2 * config_.intermediate_size),
      activated_(rows * config_.intermediate_size),
      low_rank_(rows * weights.most_rank()),
      logits_(logits_rows * config_.vocab_size),
      packed_(kernels.half == nullptr
                  ? 0
                  : kernels.half->packed_bytes(std::max<int64_t>(rows, 2),
                                               std::max({config_.hidden_size, config_.q_size(),
                                                         config_.intermediate_size})) /
                        int64_t{sizeof(float)}),
      scratch_(static_cast<size_t>(threads)) {
  for (Scratch& scratch : scratch_)
    scratch.attention.resize(static_cast<size_t>(attend_scratch(shape)));
}

void DecodeBlock::load(std::span<const DecodeRow> rows, std::span<RowResult> results) {
  rows_ = rows;
  results_ = results;
  wanted_.clear();
  for (size_t i = 0; i < rows.size(); ++i) {
    positions_[i] = rows[i].position;
    if (rows[i].request != nullptr) wanted_.push_back(static_cast<int64_t>(i));
  }
  plan_attention();
}

// Of the last layer only the rows that want logits attend, and their results stand together.
void DecodeBlock::plan_attention() {
  attention_.clear();
  last_attention_.clear();
  const auto count = static_cast<int64_t>(rows_.size());
  const auto pages = [&](int64_t row) { return rows_[static_cast<size_t>(row)].pages; };
  for (int64_t row = 0, end; row < count; row = end) {
    for (end = row + 1; end < count && pages(end) == pages(row);) ++end;
    add_attention(attention_, row, end - row, row);
  }
  const auto kept = static_cast<int64_t>(wanted_.size());
  for (int64_t at = 0, end; at < kept; at = end) {
    const int64_t row = wanted_[static_cast<size_t>(at)];
    for (end = at + 1; end < kept && wanted_[static_cast<size_t>(end)] == row + end - at &&
                       pages(row + end - at) == pages(row);)
      ++end;
    add_attention(last_attention_, row, end - at, at);
  }
}

void DecodeBlock::add_attention(std::vector<Attention>& plan, int64_t row, int64_t rows,
                                int64_t out) {
  if (threads_ == 1) {
    plan.push_back({row, rows, out, 0, shape_.kv_heads});
    return;
  }
  for (int64_t first = 0; first < rows; first += kAttentionRows)
    for (int64_t head = 0; head < shape_.kv_heads; ++head)
      plan.push_back(
          {row + first, std::min(kAttentionRows, rows - first), out + first, head, head + 1});
}

void DecodeBlock::run(const Share& share) {
  auto m = static_cast<int64_t>(rows_.size());
  const Share::Range own = share.of(m, row_unit_);
  for (int64_t row = own.begin; row < own.end; ++row)
    weights_.embed(rows_[static_cast<size_t>(row)].token,
                   hidden_.get() + row * config_.hidden_size);
  for (int64_t index = 0; index < config_.layers; ++index) {
    const DecoderWeights::Layer& layer = weights_.layer(index);
    norm(own, layer.input_norm);
    prepare(own, m, layer.qkv, normed_.get());
    share.meet();
    if (share.thread == 0) taken_.store(0, std::memory_order_relaxed);
    multiply(share, m, layer.qkv, normed_.get(), false, qkv_.get());
    share.meet();
    rotate_and_store(share.of(m, 1), index);
    share.meet();
    attend(share, index);
    if (index == config_.layers - 1) {
      // Behind the last layer's keys and values, only the rows that sample have something to do.
      if (share.thread == 0) keep_wanted();
      m = static_cast<int64_t>(wanted_.size());
      if (m == 0) return;
    }
    share.meet();
    if (is_prepared(layer.o)) {
      prepare(share.of(m, row_unit_), m, layer.o, mixed_.get());
      share.meet();
    }
    multiply(share, m, layer.o, mixed_.get(), true, hidden_.get());
    share.meet();
    feed_forward(share, layer, m);
  }
  emit(share);
}

void DecodeBlock::norm(Share::Range rows, const float* gain) {
  const int64_t size = config_.hidden_size;
  kernels_.dense.rms_norm(hidden_.get() + rows.begin * size, gain, rows.size(), size,
                          config_.rms_norm_epsilon, normed_.get() + rows.begin * size, nullptr);
}

// Makes some of the rows of x (m, k) ready for multiply().
void DecodeBlock::prepare(Share::Range rows, int64_t m, const DecoderLinear& linear,
                          const float* x) {
  if (kernels_.half != nullptr)
    for (int64_t row = rows.begin; row < rows.end; row += kHalfPanel)
      kernels_.half->pack(x, linear.k, m, linear.k, row / kHalfPanel, packed_.get());
  if (linear.rank > 0)
    kernels_.dense.gemm(x + rows.begin * linear.k, linear.k, rows.size(), linear.a, linear.rank,
                        linear.k, nullptr, false, low_rank_.get() + rows.begin * linear.rank,
                        linear.rank);
}

// This share's outputs of y (m, n).
void DecodeBlock::multiply(const Share& share, int64_t m, const DecoderLinear& linear,
                           const float* x, bool accumulate, float* y) {
  static_assert(kHalfOutputs == kPanel);
  const Share::Range outputs = share.of(linear.n, kPanel);
  if (outputs.size() == 0) return;
  if (kernels_.half != nullptr) {
    kernels_.half->multiply({packed_.get(), m, linear.weights, linear.n, linear.k, linear.bias,
                             accumulate, y, linear.n},
                            outputs.begin, outputs.end);
  } else {
    const auto* panels = static_cast<const float*>(linear.weights);
    kernels_.dense.gemm(x, linear.k, m, panels + outputs.begin * linear.k, outputs.size(), linear.k,
                        linear.bias == nullptr ? nullptr : linear.bias + outputs.begin, accumulate,
                        y + outputs.begin, linear.n);
  }
  if (linear.rank > 0)
    kernels_.dense.gemm(low_rank_.get(), linear.rank, m, linear.b + outputs.begin * linear.rank,
                        outputs.size(), linear.rank, nullptr, true, y + outputs.begin, linear.n);
}

void DecodeBlock::rotate_and_store(Share::Range rows, int64_t index) {
  const DecoderWeights::Layer& layer = weights_.layer(index);
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    float* query = qkv_.get() + row * config_.qkv_size();
    float* key = query + config_.q_size();
    if (layer.q_norm != nullptr) {
      kernels_.dense.rms_norm(query, layer.q_norm, config_.heads, config_.head_dim,
                              config_.rms_norm_epsilon, query, nullptr);
      kernels_.dense.rms_norm(key, layer.k_norm, config_.kv_heads, config_.head_dim,
                              config_.rms_norm_epsilon, key, nullptr);
    }
    kernels_.dense.rope(query, config_.qkv_size(), 1, config_.heads + config_.kv_heads,
                        config_.head_dim, positions_.data() + row, weights_.rope_cos(),
                        weights_.rope_sin(), 1.f);
    const DecodeRow& of = rows_[static_cast<size_t>(row)];
    kernels_.decode.store_kv(shape_, key, key + config_.kv_size(), index, of.position,
                             of.pages->data());
  }
}

// A row of a prompt attends to those before it, whose keys are all stored by now.
void DecodeBlock::attend(const Share& share, int64_t layer) {
  const std::vector<Attention>& plan = layer == config_.layers - 1 ? last_attention_ : attention_;
  float* scratch = scratch_[static_cast<size_t>(share.thread)].attention.data();
  for (;;) {
    const size_t taken = taken_.fetch_add(1, std::memory_order_relaxed);
    if (taken >= plan.size()) return;
    // The last rows of a prompt have the most to do: first.
    const Attention& part = plan[plan.size() - 1 - taken];
    const DecodeRow& first = rows_[static_cast<size_t>(part.row)];
    const PageRows rows{.query = qkv_.get() + part.row * config_.qkv_size(),
                        .query_stride = config_.qkv_size(),
                        .out = mixed_.get() + part.out * config_.q_size(),
                        .out_stride = config_.q_size(),
                        .position = first.position,
                        .rows = part.rows,
                        .layer = layer,
                        .window = config_.window(layer),
                        .pages = first.pages->data()};
    kernels_.decode.attend(shape_, rows, part.first_head, part.end_head, scratch);
  }
}

// Moves the states of the rows that want logits together.
void DecodeBlock::keep_wanted() {
  const int64_t size = config_.hidden_size;
  int64_t kept = 0;
  for (const int64_t row : wanted_) {
    if (row != kept) std::copy_n(hidden_.get() + row * size, size, hidden_.get() + kept * size);
    ++kept;
  }
}

void DecodeBlock::feed_forward(const Share& share, const DecoderWeights::Layer& layer, int64_t m) {
  const Share::Range own = share.of(m, row_unit_);
  const int64_t wide = config_.intermediate_size;
  norm(own, layer.post_norm);
  prepare(own, m, layer.gate_up, normed_.get());
  share.meet();
  multiply(share, m, layer.gate_up, normed_.get(), false, gate_up_.get());
  share.meet();
  kernels_.dense.swiglu(gate_up_.get() + own.begin * 2 * wide, own.size(), wide,
                        activated_.get() + own.begin * wide);
  prepare(own, m, layer.down, activated_.get());
  share.meet();
  multiply(share, m, layer.down, activated_.get(), true, hidden_.get());
  share.meet();
}

void DecodeBlock::emit(const Share& share) {
  const auto wanted = static_cast<int64_t>(wanted_.size());
  const int64_t size = config_.hidden_size;
  SampleScratch& scratch = scratch_[static_cast<size_t>(share.thread)].sample;
  norm(share.of(wanted, row_unit_), weights_.final_norm());
  share.meet();
  for (int64_t start = 0; start < wanted; start += logits_rows_) {
    const int64_t count = std::min(logits_rows_, wanted - start);
    const float* states = normed_.get() + start * size;
    if (is_prepared(weights_.head())) {
      prepare(share.of(count, row_unit_), count, weights_.head(), states);
      share.meet();
    }
    multiply(share, count, weights_.head(), states, false, logits_.get());
    share.meet();
    const Share::Range own = share.of(count, 1);
    for (int64_t i = own.begin; i < own.end; ++i) {
      const auto row = static_cast<size_t>(wanted_[static_cast<size_t>(start + i)]);
      results_[row] = answer(*rows_[row].request, logits_.get() + i * config_.vocab_size,
                             config_.vocab_size, scratch, kernels_.isa);
    }
    share.meet();
  }
}

}  // namespace querl
