// Decoding and training of a language model on a device, with random weights: one JSON line for
// each figure. gpu/check.py runs it and writes what it says to benchmarks/results.
//
//   libtorch_device [cuda:0] [3b|0.5b|tiny]
//
// Decoding reads all weights and the sessions' keys and values once for a token of each session: at
// the bandwidth of a copy within the device that takes the roofline's time, of which a share is
// told. A training step is 6 FLOP for each weight and token, and attention's.
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <string>
#include <vector>

#include "lm/libtorch_device.h"
#include "lm/libtorch_engine.h"
#include "lm/libtorch_tensor_decoder.h"
#include "lm/model.h"

namespace querl {
namespace {

using Clock = std::chrono::steady_clock;

struct Shape {
  const char* name;
  DecoderConfig config;
};

Shape qwen(const char* name, int64_t hidden, int64_t wide, int64_t layers, int64_t heads,
           int64_t kv_heads, int64_t head_dim, int64_t vocab) {
  DecoderConfig config;
  config.vocab_size = vocab;
  config.hidden_size = hidden;
  config.intermediate_size = wide;
  config.layers = layers;
  config.heads = heads;
  config.kv_heads = kv_heads;
  config.head_dim = head_dim;
  config.max_positions = 4096;
  config.rope_theta = 1e6f;
  return {name, config};
}

Shape shape_of(const std::string& name) {
  if (name == "tiny") return qwen("tiny", 64, 128, 2, 4, 2, 32, 1000);
  if (name == "0.5b") return qwen("Qwen2.5-0.5B", 896, 4864, 24, 14, 2, 64, 151936);
  return qwen("Qwen2.5-3B", 2048, 11008, 36, 16, 2, 128, 151936);
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void report(const std::string& name, const char* metric, const char* unit, const char* better,
            double value) {
  std::printf(
      "{\"case\":\"%s\",\"metric\":\"%s\",\"unit\":\"%s\",\"better\":\"%s\",\"ours\":%.6g}\n",
      name.c_str(), metric, unit, better, value);
  std::fflush(stdout);
}

// Small normal numbers, made on the device.
void randomise(Parameters& parameters) {
  const at::Device device(parameters.device().name());
  const auto type = parameters.type() == FloatType::kFloat32 ? at::kFloat : at::kBFloat16;
  for (const ParameterSpec& spec : parameters.layout().specs()) {
    at::Tensor weights = at::from_blob(const_cast<void*>(parameters.raw(spec.offset)), {spec.count},
                                       at::detail::noopDelete,
                                       at::TensorOptions().dtype(type).device(device), device);
    const bool is_norm = spec.name.find("norm") != std::string::npos;
    if (is_norm) {
      weights.fill_(1.);
    } else {
      weights.normal_(0., 0.02);
    }
  }
  parameters.count_change();
}

// Bytes a second, read and written, of a copy within the device.
double copy_bandwidth(Device& device) {
  const int64_t bytes = device.is_host() ? int64_t{1} << 26 : int64_t{1} << 31;
  const auto a = device.allocate(bytes), b = device.allocate(bytes);
  double best = 1e30;
  for (int round = 0; round < 6; ++round) {
    const auto start = Clock::now();
    device.copy(b.get(), a.get(), bytes);
    best = std::min(best, seconds_since(start));
  }
  return 2. * static_cast<double>(bytes) / best;
}

struct DecodeSize {
  int64_t sessions, context, steps;
};

void decode(const Shape& shape, const Parameters& parameters, const DecodeSize& size, bool graphs,
            double bandwidth) {
  TensorDecoder decoder(parameters, {.max_rows = 2048, .graphs = graphs});
  const int64_t tokens = size.context + size.steps + 1;
  const int64_t pages = size.sessions * KvPages::pages_for(tokens);
  KvPool pool(decoder.make_store(pages), pages);
  std::deque<KvPages> sessions;
  for (int64_t i = 0; i < size.sessions; ++i) {
    sessions.emplace_back(pool);
    if (!sessions.back().reserve(tokens)) std::abort();
  }
  RowRequest request;
  std::vector<DecodeRow> rows;
  std::vector<RowResult> results(2048);
  const auto vocab = static_cast<int32_t>(parameters.config().vocab_size);
  const auto flush = [&] {
    decoder.run(rows, results);
    rows.clear();
  };
  auto start = Clock::now();
  for (KvPages& pages_of_one : sessions)
    for (int64_t t = 0; t < size.context; ++t) {
      rows.push_back(
          {static_cast<int32_t>(t * 31 % vocab), static_cast<int32_t>(t), &pages_of_one, nullptr});
      if (rows.size() == 2048) flush();
    }
  flush();
  const double prefill = seconds_since(start);
  const auto step = [&](int64_t t) {
    for (KvPages& pages_of_one : sessions)
      rows.push_back({static_cast<int32_t>(t % vocab), static_cast<int32_t>(size.context + t),
                      &pages_of_one, &request});
    flush();
  };
  // A few for the workspaces, and for the graph's capture.
  constexpr int64_t kWarmUp = 4;
  for (int64_t t = 0; t < kWarmUp; ++t) step(t);
  start = Clock::now();
  for (int64_t t = kWarmUp; t < size.steps; ++t) step(t);
  const double taken = seconds_since(start) / static_cast<double>(size.steps - kWarmUp);

  const DecoderConfig& c = parameters.config();
  const int64_t bytes = float_bytes(parameters.type());
  const auto mean = static_cast<double>(size.context + (size.steps + kWarmUp) / 2);
  const double cache =
      static_cast<double>(size.sessions * c.layers * 2 * c.kv_size() * bytes) * mean;
  const double least = (static_cast<double>(parameters.bytes()) + cache) / bandwidth;
  const std::string name = std::string("decode, ") + shape.name + " shape, " +
                           float_name(parameters.type()) + ", " + std::to_string(size.sessions) +
                           " sessions, context " + std::to_string(size.context) +
                           (graphs ? "" : ", no graphs");
  const auto count = static_cast<double>(size.sessions);
  report(name, "decoded tokens per second", "tokens/s", "higher", count / taken);
  report(name, "share of the bandwidth roofline", "", "higher", least / taken);
  report(name, "prefilled tokens per second", "tokens/s", "higher",
         count * static_cast<double>(size.context) / prefill);
}

// bf16 FLOP a second of a large product.
double product_rate(const std::string& device, int64_t size) {
  const auto options = at::TensorOptions().dtype(at::kBFloat16).device(at::Device(device));
  const at::Tensor a = at::empty({size, size}, options).normal_();
  double best = 1e30;
  for (int round = 0; round < 6; ++round) {
    const auto start = Clock::now();
    a.mm(a).select(0, 0).select(0, 0).item<float>();  // waits
    best = std::min(best, seconds_since(start));
  }
  return 2. * static_cast<double>(size * size) * static_cast<double>(size) / best;
}

struct TrainSize {
  int64_t sequences, length;
};

void train(const Shape& shape, const std::string& device, const TrainSize& size, double rate) {
  ModelOptions options;
  options.type = FloatType::kBfloat16;
  options.device = open_device(device);
  options.kind = EngineKind::kLibtorch;
  options.engine.micro_batch_tokens = size.sequences * size.length;
  options.engine.checkpoints = true;
  Model model(shape.config, options, [](Model& made) {
    return libtorch_engine(made.parameters(), made.adapter(), made.options().engine);
  });
  randomise(model.parameters());
  model.weights_changed();
  std::vector<int32_t> tokens(static_cast<size_t>(size.sequences * size.length));
  for (size_t i = 0; i < tokens.size(); ++i)
    tokens[i] = static_cast<int32_t>(i * 7919 % static_cast<size_t>(shape.config.vocab_size));
  std::vector<int64_t> offsets;
  for (int64_t i = 0; i <= size.sequences; ++i) offsets.push_back(i * size.length);
  const std::vector<float> weights(tokens.size(), 1.f / static_cast<float>(tokens.size()));
  const TokenBatch batch{tokens.data(), offsets.data(), size.sequences};
  StepOptions step;
  step.lr = 1e-6f;
  double best = 1e30;
  for (int round = 0; round < 4; ++round) {
    const auto start = Clock::now();
    model.engine().backward(batch, CrossEntropyLoss{weights.data()}, {}, model.gradients(), {});
    model.step(step);
    if (round > 0) best = std::min(best, seconds_since(start));
  }
  const DecoderConfig& c = shape.config;
  const auto count = static_cast<double>(tokens.size());
  // The embedding is a product once, as the head.
  const double of_weights = 6. * static_cast<double>(model.parameters().layout().size()) * count;
  const double of_attention = 6. * static_cast<double>(c.layers * c.q_size() * size.length) * count;
  const std::string name = std::string("training step, ") + shape.name + " shape, bfloat16, " +
                           std::to_string(size.sequences) + " x " + std::to_string(size.length) +
                           " tokens, checkpoints";
  report(name, "tokens per second", "tokens/s", "higher", count / best);
  // Of what a product of this device reaches, and of the H100's and H200's 989 TFLOP/s on paper.
  report(name, "share of a large product's rate", "", "higher",
         (of_weights + of_attention) / best / rate);
  report(name, "MFU at 989 TFLOP/s", "", "higher", (of_weights + of_attention) / best / 989e12);
}

}  // namespace
}  // namespace querl

int main(int argc, char** argv) {
  using namespace querl;
  const std::string device = argc > 1 ? argv[1] : "cuda:0";
  const std::string size = argc > 2 ? argv[2] : "3b";
  try {
    const Shape shape = shape_of(size);
    const bool is_tiny = size == "tiny";
    const auto opened = open_device(device);
    const double bandwidth = copy_bandwidth(*opened);
    {
      Parameters parameters(shape.config, FloatType::kBfloat16, opened);
      randomise(parameters);
      for (const int64_t sessions : {1, 64, 256}) {
        const DecodeSize decoding{is_tiny ? sessions / 16 + 1 : sessions, is_tiny ? 40 : 1024,
                                  is_tiny ? 8 : 64};
        decode(shape, parameters, decoding, true, bandwidth);
      }
      if (!is_tiny) decode(shape, parameters, {256, 1024, 64}, false, bandwidth);
    }
    train(shape, device, is_tiny ? TrainSize{2, 64} : TrainSize{8, 2048},
          product_rate(device, is_tiny ? 512 : 8192));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
