#include "lm/libtorch_tensor_decoder.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/topk.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <cstdio>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "lm/errors.h"
#include "lm/libtorch_bans.h"
#include "lm/libtorch_decode_layers.h"
#include "lm/libtorch_decode_operators.h"
#include "lm/libtorch_decode_pass.h"
#include "torch/captured_work.h"
#include "torch/external.h"

namespace querl {
namespace {

// A stream of its own: the default one can not be captured, and training uses it.
std::optional<c10::Stream> own_stream(at::Device device) {
  if (device.is_cpu()) return std::nullopt;
  return c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device);
}

// (pages, layers, 2, kv_heads, 32 head_dim) on the decoder's device and stream.
class TensorKvStore final : public KvStore {
 public:
  TensorKvStore(at::Tensor pages, std::optional<c10::Stream> stream)
      : pages_(std::move(pages)), stream_(stream) {}

  std::byte* add(int32_t) override { return nullptr; }
  void copy(int32_t from, int32_t to) override {
    const c10::InferenceMode inference;
    const c10::OptionalStreamGuard guard(stream_);
    pages_.select(0, to).copy_(pages_.select(0, from));
  }

 private:
  at::Tensor pages_;
  std::optional<c10::Stream> stream_;
};

RowDraw draw_of(const RowRequest& request, int32_t bans) {
  return {request.uniform,
          request.sampling.temperature,
          request.sampling.top_p,
          request.sampling.min_p,
          request.sampling.top_k,
          request.target,
          bans};
}

std::span<const int32_t> banned_by(const RowRequest& request) {
  return {request.sampling.banned, static_cast<size_t>(request.sampling.banned_count)};
}

// The most likely tokens of a row of logits (V) under the temperature and the bans.
std::vector<std::pair<int32_t, float>> top_of(const at::Tensor& logits, const RowRequest& request) {
  const float temperature = request.sampling.temperature;
  at::Tensor scores = logits.div(temperature == 0.f ? 1. : double{temperature});
  const auto banned = banned_by(request);
  if (!banned.empty())
    scores.index_fill_(
        0, index_tensor(banned.data(), static_cast<int64_t>(banned.size())).to(logits.device()),
        -std::numeric_limits<float>::infinity());
  const int64_t count = std::min<int64_t>(request.top_logprobs, scores.size(0));
  const auto [values, ids] = at::topk(scores, count);
  const at::Tensor logprobs = (values - at::logsumexp(scores, {0})).cpu(), own_ids = ids.cpu();
  std::vector<std::pair<int32_t, float>> top;
  for (int64_t i = 0; i < count; ++i) {
    const float logprob = logprobs.const_data_ptr<float>()[i];
    const auto id = static_cast<int32_t>(own_ids.const_data_ptr<int64_t>()[i]);
    top.emplace_back(logprob > -std::numeric_limits<float>::infinity() ? id : -1, logprob);
  }
  return top;
}

}  // namespace

class TensorDecoder::Impl {
 public:
  Impl(const Parameters& parameters, const TensorDecoderOptions& options)
      : parameters_(parameters),
        options_(options),
        device_(device_of(parameters)),
        stream_(own_stream(device_)),
        guard_(stream_),
        layers_(parameters, options.adapter, filled_rows(options.max_rows)),
        inputs_(device_, options.max_rows, KvPages::pages_for(parameters.config().max_positions)),
        bans_(device_, parameters.config().vocab_size) {
    const auto ints = at::TensorOptions().dtype(at::kInt);
    const int64_t most = filled_rows(options.max_rows);
    out_ = at::empty({most, 2}, ints.device(device_));
    out_host_ = device_.is_cpu() ? out_ : at::empty({most, 2}, ints.pinned_memory(true));
    wait();
    guard_.reset();
  }

  int64_t max_rows() const { return options_.max_rows; }
  int64_t graphs() const { return static_cast<int64_t>(graphs_.size()); }

  std::unique_ptr<KvStore> make_store(int64_t pages) {
    const DecoderConfig& c = parameters_.config();
    const c10::InferenceMode inference;
    const c10::OptionalStreamGuard guard(stream_);
    graphs_.clear();
    kv_.reset();
    const std::vector<int64_t> shape{pages, c.layers, 2, c.kv_heads, kPageTokens * c.head_dim};
    try {
      kv_ = at::empty(shape,
                      at::TensorOptions().dtype(scalar_type(parameters_.type())).device(device_));
    } catch (const c10::OutOfMemoryError&) {
      throw Error("ERR_QUERL_OUT_OF_MEMORY",
                  device_.str() + " has no room for " + std::to_string(pages) + " KV pages of " +
                      std::to_string(kPageTokens) + " tokens. Lower maxTokens.");
    }
    return std::make_unique<TensorKvStore>(kv_, stream_);
  }

  void run(std::span<const DecodeRow> rows, std::span<RowResult> results) {
    if (rows.empty()) return;
    const c10::InferenceMode inference;
    const c10::OptionalStreamGuard guard(stream_);
    if (options_.threads > 0) set_job_threads(options_.threads);
    if (changes_ != parameters_.changes()) {
      layers_.refresh();
      changes_ = parameters_.changes();
    }
    for (size_t first = 0; first < rows.size(); first += static_cast<size_t>(max_rows())) {
      const size_t count = std::min(rows.size() - first, static_cast<size_t>(max_rows()));
      run_pass(rows.subspan(first, count), results.subspan(first, count));
    }
  }

 private:
  void run_pass(std::span<const DecodeRow> rows, std::span<RowResult> results) {
    const PassShape shape = pass_shape(rows, /*fills=*/!device_.is_cpu());
    const auto prefill = shape.decodes ? std::nullopt : prefill_rows(rows, device_);
    inputs_.fill(rows, shape, prefill ? prefill->first : shape.rows);
    requests_.clear();
    for (size_t i = 0; i < rows.size(); ++i)
      if (rows[i].request != nullptr) requests_.push_back(i);
    set_draws(rows, shape);
    inputs_.upload(shape);
    if (!replay(shape)) compute(shape, prefill ? &*prefill : nullptr, rows, results);
    if (!requests_.empty()) read_draws(results);
    wait();
  }

  void set_draws(std::span<const DecodeRow> rows, const PassShape& shape) {
    int64_t lists = 0;
    for (const size_t i : requests_) lists += rows[i].request->sampling.banned_count > 0;
    if (bans_.begin(lists)) graphs_.clear();
    RowDraw* draw = inputs_.draws();
    has_extras_ = false;
    for (const size_t i : requests_) {
      const RowRequest& request = *rows[i].request;
      has_extras_ |= request.top_logprobs > 0 || request.logits != nullptr;
      *draw++ = draw_of(request, bans_.row_of(banned_by(request)));
    }
    std::fill(draw, inputs_.draws() + shape.wanted, RowDraw{});
    bans_.upload();
  }

  // All that a pass does on the device; with `rows`, also what some requests want beside a draw.
  void compute(const PassShape& shape, const PrefillRows* prefill, std::span<const DecodeRow> rows,
               std::span<RowResult> results) {
    layers_.run(inputs_, shape, kv_, prefill);
    for (int64_t first = 0; first < shape.wanted; first += layers_.logit_rows()) {
      const int64_t count = std::min(layers_.logit_rows(), shape.wanted - first);
      const at::Tensor logits = layers_.logits(inputs_, shape, first, count);
      operators::draw_rows(logits, inputs_.drawing(shape, first, count), bans_.bits(),
                           out_.narrow(0, first, count));
      if (has_extras_) read_extras(logits, first, rows, results);
    }
  }

  // Starts the graph of this shape, captured here where it is new. False: there is none.
  bool replay(const PassShape& shape) {
    const bool may = options_.graphs && device_.is_cuda() && shape.decodes && !has_extras_ &&
                     shape.wanted <= layers_.logit_rows();
    if (!may || refused_) return false;
    // The first pass of a shape runs as it is: it makes workspaces, and chooses algorithms.
    if (warmed_.insert(shape).second) return false;
    auto found = graphs_.find(shape);
    if (found == graphs_.end()) {
      std::string reason;
      auto graph = CapturedWork::capture([&] { compute(shape, nullptr, {}, {}); }, reason);
      if (graph == nullptr) {
        refused_ = true;
        std::fprintf(stderr, "querl: decoding goes on without CUDA graphs: %s\n", reason.c_str());
        return false;
      }
      found = graphs_.emplace(shape, std::move(graph)).first;
    }
    found->second->replay();
    return true;
  }

  void read_extras(const at::Tensor& logits, int64_t first, std::span<const DecodeRow> rows,
                   std::span<RowResult> results) {
    const auto last = std::min(requests_.size(), static_cast<size_t>(first + logits.size(0)));
    for (auto at = static_cast<size_t>(first); at < last; ++at) {
      const RowRequest& request = *rows[requests_[at]].request;
      const at::Tensor row = logits[static_cast<int64_t>(at) - first];
      if (request.logits != nullptr) tensor_over(request.logits, {row.size(0)}).copy_(row);
      if (request.top_logprobs > 0) results[requests_[at]].top = top_of(row, request);
    }
  }

  void read_draws(std::span<RowResult> results) {
    const auto count = static_cast<int64_t>(requests_.size());
    if (!out_host_.is_same(out_)) {
      out_host_.narrow(0, 0, count).copy_(out_.narrow(0, 0, count), /*non_blocking=*/true);
      wait();
    }
    const auto* const drawn = static_cast<const DrawnRow*>(out_host_.const_data_ptr());
    for (size_t i = 0; i < requests_.size(); ++i) {
      RowResult& result = results[requests_[i]];
      result.sample = {drawn[i].id, drawn[i].logprob};
      if (drawn[i].id < 0) result.top.clear();
    }
  }

  void wait() const {
    if (stream_) stream_->synchronize();
  }

  const Parameters& parameters_;
  const TensorDecoderOptions options_;
  const at::Device device_;
  const std::optional<c10::Stream> stream_;
  c10::OptionalStreamGuard guard_;  // while the members below are made
  DecodeLayers layers_;
  PassInputs inputs_;
  BanTable bans_;
  at::Tensor kv_, out_, out_host_;
  int64_t changes_ = -1;
  bool has_extras_ = false;
  std::vector<size_t> requests_;  // rows that want something, in order
  bool refused_ = false;          // a capture failed
  std::set<PassShape> warmed_;
  std::map<PassShape, std::unique_ptr<CapturedWork>> graphs_;
};

TensorDecoder::TensorDecoder(const Parameters& parameters, const TensorDecoderOptions& options)
    : impl_(std::make_unique<Impl>(parameters, options)) {}
TensorDecoder::~TensorDecoder() = default;

int64_t TensorDecoder::pass_rows() const { return impl_->max_rows(); }
int64_t TensorDecoder::graphs() const { return impl_->graphs(); }
std::unique_ptr<KvStore> TensorDecoder::make_store(int64_t pages) {
  return impl_->make_store(pages);
}
void TensorDecoder::run(std::span<const DecodeRow> rows, std::span<RowResult> results) {
  impl_->run(rows, results);
}

}  // namespace querl
