#include "lm/decode_rows.h"

#include <algorithm>

namespace querl {
namespace {

// Rows that go through the layers together. More amortise the reading of the weights, fewer keep
// the activations in the second-level cache beside them: 256 KiB of activations, and whole tiles
// of 12. Weights in 16 bits come from memory, and take all of a pass's rows at once.
constexpr int64_t kActivationFloats = 64 * 1024;
constexpr int64_t kTileRows = 12;
constexpr int64_t kHalfRows = 256;
// Logits that exist at a time; V may be 151 936.
constexpr int64_t kLogitFloats = 1024 * 1024;
constexpr int64_t kLogitRows = 32;  // but at least so many rows

// Rows of one pass. The sampler takes commands between passes, so this bounds how long one waits.
constexpr int64_t kPassRows = 512;
constexpr int64_t kCachedPassRows = 48;
constexpr int64_t kCachedWeights = 256 * 1024;  // floats, half of a usual cache of 2 MiB

// Weights below this are read by each thread for rows of its own, if it has so many.
constexpr int64_t kOwnWeights = 4 * 1024 * 1024;
constexpr int64_t kOwnRows = 16;

int64_t activation_floats(const DecoderConfig& config) {
  return 2 * config.hidden_size + config.qkv_size() + config.q_size() +
         3 * config.intermediate_size;
}

int64_t block_rows(const DecoderWeights& weights) {
  if (weights.type() != FloatType::kFloat32) return kHalfRows;
  return std::clamp(kActivationFloats / activation_floats(weights.config()) / kTileRows * kTileRows,
                    4 * kTileRows, 40 * kTileRows);
}

int64_t logits_rows(const DecoderConfig& config, int64_t block_rows) {
  return std::clamp(kLogitFloats / config.vocab_size, std::min(kLogitRows, block_rows), block_rows);
}

}  // namespace

PageShape page_shape(const DecoderConfig& config, FloatType type) {
  return {config.layers, config.heads, config.kv_heads, config.head_dim, type};
}

RowDecoder::RowDecoder(const FusedWeights& weights, const RowDecoderOptions& options)
    : weights_(weights, options.adapter),
      kernels_(weights_.type(), options.isa, options.bf16),
      shape_(querl::page_shape(weights_.config(), weights_.type())) {
  set_up(options);
}

RowDecoder::RowDecoder(const Parameters& parameters, const RowDecoderOptions& options)
    : weights_(parameters, options.adapter),
      kernels_(weights_.type(), options.isa, options.bf16),
      shape_(querl::page_shape(weights_.config(), weights_.type())) {
  set_up(options);
}

void RowDecoder::set_up(const RowDecoderOptions& options) {
  block_rows_ = block_rows(weights_);
  const int64_t with_logits = logits_rows(weights_.config(), block_rows_);
  const auto block = [&](int threads) {
    return std::make_unique<DecodeBlock>(weights_, kernels_, shape_, block_rows_, with_logits,
                                         threads);
  };
  shared_ = block(options.threads);
  if (options.threads == 1) return;
  team_ = std::make_unique<Team>(options.threads);
  if (weights_.size() > kOwnWeights) return;
  for (int thread = 0; thread < options.threads; ++thread) own_.push_back(block(1));
}

// Weights that fit in the second-level cache need not be shared by many rows. What costs then is
// the keys and values, which fit only if few sessions run at a time: those that began first, to
// their end. The quickstart's model samples 174 000 tokens in a second of processor time with 48
// rows, 157 000 with 96 and 131 000 with 512 (native/benchmarks/decode.cc).
int64_t RowDecoder::pass_rows() const {
  return weights_.size() <= kCachedWeights ? kCachedPassRows : kPassRows;
}

bool RowDecoder::is_small(const Parameters& parameters) {
  return parameters.layout().size() <= kCachedWeights;
}

std::unique_ptr<KvStore> RowDecoder::make_store(int64_t) {
  return std::make_unique<HostKvStore>(shape_.page_bytes());
}

void RowDecoder::run(std::span<const DecodeRow> rows, std::span<RowResult> results) {
  weights_.refresh();
  if (run_apart(rows, results)) return;
  const auto step = static_cast<size_t>(block_rows_);
  for (size_t first = 0; first < rows.size(); first += step) {
    const size_t count = std::min(step, rows.size() - first);
    shared_->load(rows.subspan(first, count), results.subspan(first, count));
    if (team_ == nullptr) {
      shared_->run({});
    } else {
      team_->run([this](int thread) { shared_->run({thread, team_->threads(), team_.get()}); });
    }
  }
}

// Each thread takes whole sessions through all layers, and meets nobody. False, and nothing is
// done, where that would not pay.
bool RowDecoder::run_apart(std::span<const DecodeRow> rows, std::span<RowResult> results) {
  const size_t threads = own_.size();
  if (threads == 0 || rows.size() < threads * kOwnRows) return false;
  std::vector<size_t> cuts{0};
  for (size_t thread = 1; thread < threads; ++thread) {
    size_t cut = std::max(cuts.back(), rows.size() * thread / threads);
    while (cut < rows.size() && rows[cut].pages == rows[cut - 1].pages) ++cut;
    cuts.push_back(cut);
  }
  cuts.push_back(rows.size());
  const size_t fair = rows.size() / threads;
  for (size_t thread = 0; thread < threads; ++thread)
    if (cuts[thread + 1] - cuts[thread] > fair + fair / 4 + 1) return false;
  const auto step = static_cast<size_t>(block_rows_);
  team_->run([&](int thread) {
    const auto at = static_cast<size_t>(thread);
    for (size_t first = cuts[at]; first < cuts[at + 1]; first += step) {
      const size_t count = std::min(step, cuts[at + 1] - first);
      own_[at]->load(rows.subspan(first, count), results.subspan(first, count));
      own_[at]->run({});
    }
  });
  return true;
}

}  // namespace querl
