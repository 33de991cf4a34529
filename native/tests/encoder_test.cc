// Encoders of every instruction set against a twin in float64 that shares no code with them.
#include "lm/encoder.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <string>

#include "kernels/half.h"
#include "lm/errors.h"
#include "tests/cases.h"

namespace querl {
namespace {

// Of vectors whose root mean square is about 1. fp32: four layers of sums of some hundred terms.
// bfloat16: activations are rounded to 2^-9 of themselves before each of sixteen products, on the
// way through four layers that each bring them back to 1.
double tolerance(FloatType type) {
  return type == FloatType::kFloat32 ? 5e-5 : type == FloatType::kFloat16 ? 5e-5 : 6e-2;
}

using Numbers = std::vector<double>;

struct Case {
  EncoderConfig config;
  FloatType type = FloatType::kFloat32;
  std::vector<int64_t> lengths = {5, 1, 12, 40, 3};
  uint32_t seed = 1;
};

EncoderConfig small_config() {
  EncoderConfig config;
  config.vocab_size = 50;
  config.hidden_size = 48;
  config.intermediate_size = 100;
  config.layers = 2;
  config.heads = 3;
  config.positions = 70;
  config.token_types = 2;
  return config;
}

// An encoder with random weights, and these as they are stored.
struct RandomEncoder {
  RandomEncoder(const Case& c, const EncoderOptions& options) : encoder(c.config, options) {
    std::mt19937 random(c.seed);
    for (const EncoderTensor& tensor : encoder.weights().tensors()) {
      const bool is_gain = tensor.name.ends_with("LayerNorm.weight");
      const bool is_table = tensor.name.starts_with("embeddings.");
      const double deviation = is_table || tensor.shape.size() == 1
                                   ? 0.5
                                   : 1. / std::sqrt(static_cast<double>(tensor.shape.back()));
      std::normal_distribution<double> normal(is_gain ? 1. : 0., deviation);
      std::vector<float> floats(static_cast<size_t>(tensor.count));
      for (float& x : floats) x = static_cast<float>(normal(random));
      std::byte* place = encoder.weights().place(tensor);
      from_floats(floats.data(), tensor.count, tensor.type, place);
      to_floats(place, tensor.type, tensor.count, floats.data());
      weights[tensor.name] = {floats.begin(), floats.end()};
    }
    OneThread alone;
    encoder.weights().finish(alone, options.isa);
  }

  Encoder encoder;
  std::map<std::string, Numbers> weights;
};

struct Texts {
  explicit Texts(const Case& c) {
    std::mt19937 random(c.seed + 7);
    for (const int64_t length : c.lengths) {
      for (int64_t i = 0; i < length; ++i) {
        tokens.push_back(
            static_cast<int32_t>(random() % static_cast<uint64_t>(c.config.vocab_size)));
        types.push_back(static_cast<uint8_t>(c.config.token_types > 1 && i > length / 2));
      }
      rows.push_back(static_cast<int32_t>(rows.size()));
      offsets.push_back(static_cast<int64_t>(tokens.size()));
    }
  }

  EncoderBatch batch() const {
    return {tokens.data(), types.data(), offsets.data(), static_cast<int64_t>(rows.size())};
  }

  std::vector<int32_t> tokens, rows;
  std::vector<uint8_t> types;
  std::vector<int64_t> offsets{0};
};

std::vector<float> run(Encoder& encoder, const Texts& texts, EncoderRequest request) {
  const int64_t width = request.labels ? encoder.config().labels : encoder.config().hidden_size;
  std::vector<float> out(texts.rows.size() * static_cast<size_t>(width));
  request.rows = texts.rows.data();
  request.out = out.data();
  encoder.check(texts.batch(), request);
  encoder.run(texts.batch(), request, {});
  return out;
}

// The encoder by its definition, one text at a time.
class Twin {
 public:
  Twin(const EncoderConfig& config, const std::map<std::string, Numbers>& weights)
      : config_(config), weights_(weights) {}

  // (tokens, D)
  Numbers states(const int32_t* tokens, const uint8_t* types, int64_t count) const {
    const size_t size = width();
    Numbers x(static_cast<size_t>(count) * size);
    for (size_t t = 0; t < static_cast<size_t>(count); ++t)
      for (size_t i = 0; i < size; ++i) {
        double& sum = x[t * size + i];
        sum = of("embeddings.word_embeddings.weight")[static_cast<size_t>(tokens[t]) * size + i];
        sum += of("embeddings.position_embeddings.weight")
            [(t + static_cast<size_t>(config_.first_position)) * size + i];
        if (config_.token_types > 0)
          sum += of("embeddings.token_type_embeddings.weight")[types[t] * size + i];
      }
    norm(x, "embeddings.LayerNorm");
    for (int64_t index = 0; index < config_.layers; ++index) {
      const std::string layer = "encoder.layer." + std::to_string(index) + ".";
      add(x, linear(attention(x, layer), layer + "attention.output.dense"));
      norm(x, layer + "attention.output.LayerNorm");
      Numbers wide = linear(x, layer + "intermediate.dense");
      for (double& v : wide) v = activation(config_.activation, v);
      add(x, linear(wide, layer + "output.dense"));
      norm(x, layer + "output.LayerNorm");
    }
    return x;
  }

  Numbers pooled(const Numbers& x, Pooling pooling, bool normalizes) const {
    const size_t size = width(), count = x.size() / size;
    Numbers out(size);
    for (size_t i = 0; i < size; ++i) {
      double mean = 0, most = -1e300;
      for (size_t t = 0; t < count; ++t) {
        mean += x[t * size + i] / static_cast<double>(count);
        most = std::max(most, x[t * size + i]);
      }
      if (pooling == Pooling::kMean) out[i] = mean;
      if (pooling == Pooling::kMax) out[i] = most;
      if (pooling == Pooling::kFirst) out[i] = x[i];
      if (pooling == Pooling::kLast) out[i] = x[(count - 1) * size + i];
    }
    double square = 0;
    for (const double v : out) square += v * v;
    if (normalizes)
      for (double& v : out) v /= std::sqrt(square);
    return out;
  }

  Numbers labels(const Numbers& x) const {
    Numbers dense = linear({x.begin(), x.begin() + config_.hidden_size}, "head.dense");
    for (double& v : dense) v = activation(config_.head_activation, v);
    return linear(dense, "head.out");
  }

 private:
  size_t width() const { return static_cast<size_t>(config_.hidden_size); }
  const Numbers& of(const std::string& name) const { return weights_.at(name); }

  static double activation(Activation kind, double x) {
    if (kind == Activation::kGelu) return x * 0.5 * std::erfc(-x / std::sqrt(2.));
    if (kind == Activation::kRelu) return x > 0 ? x : 0;
    if (kind == Activation::kTanh) return std::tanh(x);
    return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
  }

  static void add(Numbers& x, const Numbers& y) {
    for (size_t i = 0; i < x.size(); ++i) x[i] += y[i];
  }

  void norm(Numbers& x, const std::string& name) const {
    const Numbers &gain = of(name + ".weight"), &bias = of(name + ".bias");
    const size_t size = gain.size();
    for (size_t row = 0; row < x.size(); row += size) {
      double mean = 0, variance = 0;
      for (size_t i = 0; i < size; ++i) mean += x[row + i] / static_cast<double>(size);
      for (size_t i = 0; i < size; ++i)
        variance += std::pow(x[row + i] - mean, 2) / static_cast<double>(size);
      for (size_t i = 0; i < size; ++i)
        x[row + i] = (x[row + i] - mean) /
                         std::sqrt(variance + static_cast<double>(config_.norm_epsilon)) * gain[i] +
                     bias[i];
    }
  }

  Numbers linear(const Numbers& x, const std::string& name) const {
    const Numbers &w = of(name + ".weight"), &bias = of(name + ".bias");
    const size_t n = bias.size(), k = w.size() / n;
    Numbers y;
    for (size_t row = 0; row < x.size() / k; ++row)
      for (size_t j = 0; j < n; ++j) {
        y.push_back(bias[j]);
        for (size_t i = 0; i < k; ++i) y.back() += x[row * k + i] * w[j * k + i];
      }
    return y;
  }

  Numbers attention(const Numbers& x, const std::string& layer) const {
    const Numbers q = linear(x, layer + "attention.self.query");
    const Numbers k = linear(x, layer + "attention.self.key");
    const Numbers v = linear(x, layer + "attention.self.value");
    const size_t size = width(), dim = static_cast<size_t>(config_.head_dim());
    const size_t count = x.size() / size;
    Numbers out(x.size());
    for (size_t head = 0; head < size; head += dim)
      for (size_t a = 0; a < count; ++a) {
        Numbers weights;
        double total = 0;
        for (size_t b = 0; b < count; ++b) {
          double score = 0;
          for (size_t i = head; i < head + dim; ++i) score += q[a * size + i] * k[b * size + i];
          weights.push_back(std::exp(score / std::sqrt(static_cast<double>(dim))));
          total += weights.back();
        }
        for (size_t b = 0; b < count; ++b)
          for (size_t i = head; i < head + dim; ++i)
            out[a * size + i] += weights[b] / total * v[b * size + i];
      }
    return out;
  }

  const EncoderConfig& config_;
  const std::map<std::string, Numbers>& weights_;
};

Numbers expected(const RandomEncoder& made, const EncoderConfig& config, const Texts& texts,
                 const EncoderRequest& request) {
  const Twin twin(config, made.weights);
  Numbers all;
  for (size_t i = 0; i + 1 < texts.offsets.size(); ++i) {
    const int64_t first = texts.offsets[i];
    const Numbers x = twin.states(texts.tokens.data() + first, texts.types.data() + first,
                                  texts.offsets[i + 1] - first);
    const Numbers row =
        request.labels ? twin.labels(x) : twin.pooled(x, request.pooling, request.normalizes);
    all.insert(all.end(), row.begin(), row.end());
  }
  return all;
}

std::vector<LinearIsa> isas(FloatType type) {
  std::vector<LinearIsa> all;
  for (const Isa isa : available_isas()) all.push_back({isa, Bf16Isa::kConvert});
  if (type == FloatType::kFloat16) return all;
  if (type == FloatType::kBfloat16 && best_bf16_isa() >= Bf16Isa::kAvx512)
    all.push_back({best_isa(), Bf16Isa::kAvx512});
  if (best_bf16_isa() >= Bf16Isa::kAmx) all.push_back({best_isa(), Bf16Isa::kAmx});
  return all;
}

void check(const Case& c, const std::vector<EncoderRequest>& requests) {
  const Texts texts(c);
  for (const LinearIsa& isa : isas(c.type)) {
    RandomEncoder made(c, {c.type, 1, isa});
    for (const EncoderRequest& request : requests) {
      CAPTURE(std::string(isa_name(isa.isa)));
      CAPTURE(std::string(bf16_isa_name(isa.bf16)));
      CAPTURE(std::string(float_name(c.type)));
      CAPTURE(static_cast<int>(request.pooling));
      const std::vector<float> actual = run(made.encoder, texts, request);
      const Numbers wanted = expected(made, c.config, texts, request);
      REQUIRE(actual.size() == wanted.size());
      double worst = 0;
      for (size_t i = 0; i < wanted.size(); ++i)
        worst = std::max(worst, std::abs(actual[i] - wanted[i]) / (1 + std::abs(wanted[i])));
      CHECK(worst <= tolerance(c.type));
    }
  }
}

constexpr FloatType kTypes[] = {FloatType::kFloat32, FloatType::kBfloat16, FloatType::kFloat16};

EncoderRequest pooled(Pooling pooling, bool normalizes = false) {
  EncoderRequest request;
  request.pooling = pooling;
  request.normalizes = normalizes;
  return request;
}

EncoderRequest labels() {
  EncoderRequest request;
  request.labels = true;
  return request;
}

TEST_CASE("an encoder equals its definition in float64 for every pooling and type") {
  for (const FloatType type : kTypes)
    check({small_config(), type},
          {pooled(Pooling::kMean), pooled(Pooling::kMax), pooled(Pooling::kFirst),
           pooled(Pooling::kLast), pooled(Pooling::kMean, true), pooled(Pooling::kFirst, true)});
}

TEST_CASE("an encoder equals its definition without token types, and with positions from 2 on") {
  for (const FloatType type : kTypes) {
    Case c{small_config(), type};
    c.config.token_types = 0;
    c.config.first_position = 2;
    check(c, {pooled(Pooling::kMean)});
  }
}

TEST_CASE("an encoder equals its definition for sizes that fill no panel, and every activation") {
  for (const FloatType type : kTypes)
    for (const Activation activation :
         {Activation::kGelu, Activation::kGeluTanh, Activation::kRelu}) {
      Case c{small_config(), type};
      c.config.hidden_size = 42;
      c.config.heads = 6;
      c.config.intermediate_size = 37;
      c.config.layers = 1;
      c.config.norm_epsilon = 1e-5f;
      c.config.activation = activation;
      check(c, {pooled(Pooling::kMean), pooled(Pooling::kFirst)});
    }
}

TEST_CASE("a classifier equals its definition for one label and for several") {
  for (const FloatType type : kTypes)
    for (const int64_t count : {1, 3, 40})
      for (const Activation activation : {Activation::kTanh, Activation::kRelu}) {
        Case c{small_config(), type};
        c.config.labels = count;
        c.config.head_activation = activation;
        check(c, {labels(), pooled(Pooling::kMean)});
      }
}

TEST_CASE("any number of threads, and any batch, gives a text the same bits") {
  for (const FloatType type : kTypes) {
    Case c{small_config(), type};
    c.config.positions = 700;
    c.lengths = {600, 1, 30, 200, 2, 5, 5, 64, 130, 17, 90, 333};
    const Texts texts(c);
    for (const EncoderRequest& request : {pooled(Pooling::kMean, true), pooled(Pooling::kFirst)}) {
      RandomEncoder one(c, {type, 1});
      const std::vector<float> all = run(one.encoder, texts, request);
      for (const int threads : {2, 3, 5}) {
        RandomEncoder many(c, {type, threads});
        CHECK(run(many.encoder, texts, request) == all);
      }
      RandomEncoder many(c, {type, 2});
      for (size_t i = 0; i < c.lengths.size(); ++i) {
        Texts alone({.config = c.config, .lengths = {}});
        const auto first = static_cast<int64_t>(texts.offsets[i]), end = texts.offsets[i + 1];
        alone.tokens.assign(texts.tokens.begin() + first, texts.tokens.begin() + end);
        alone.types.assign(texts.types.begin() + first, texts.types.begin() + end);
        alone.offsets.push_back(end - first);
        alone.rows = {0};
        const std::vector<float> row = run(many.encoder, alone, request);
        const auto at = all.begin() + static_cast<int64_t>(i) * c.config.hidden_size;
        CHECK(std::equal(row.begin(), row.end(), at));
      }
    }
  }
}

TEST_CASE("results go to the rows that are asked for") {
  Case c{small_config()};
  Texts texts(c);
  RandomEncoder made(c, {c.type, 2});
  const std::vector<float> straight = run(made.encoder, texts, pooled(Pooling::kMean));
  texts.rows = {4, 3, 2, 1, 0};
  const std::vector<float> turned = run(made.encoder, texts, pooled(Pooling::kMean));
  const auto size = c.config.hidden_size;
  for (int64_t i = 0; i < 5; ++i)
    CHECK(std::equal(straight.begin() + i * size, straight.begin() + (i + 1) * size,
                     turned.begin() + (4 - i) * size));
}

TEST_CASE("what the encoder does not have is refused") {
  Case c{small_config()};
  RandomEncoder made(c, {});
  const auto refuses = [&](auto change) {
    Texts texts(c);
    EncoderRequest request = pooled(Pooling::kMean);
    change(texts, request);
    CHECK_THROWS_AS(made.encoder.check(texts.batch(), request), Error);
  };
  refuses([](Texts& texts, EncoderRequest&) { texts.tokens[3] = 50; });
  refuses([](Texts& texts, EncoderRequest&) { texts.tokens[3] = -1; });
  refuses([](Texts& texts, EncoderRequest&) { texts.types[3] = 2; });
  refuses([](Texts& texts, EncoderRequest&) { texts.offsets[2] = texts.offsets[1]; });
  refuses([](Texts&, EncoderRequest& request) { request.labels = true; });
  Case longer = c;
  longer.lengths = {71};
  const Texts texts(longer);
  CHECK_THROWS_AS(made.encoder.check(texts.batch(), pooled(Pooling::kMean)), Error);

  Case odd = c;
  odd.config.heads = 5;
  CHECK_THROWS_AS(Encoder(odd.config, {}), Error);
  for (int64_t EncoderConfig::*size :
       {&EncoderConfig::layers, &EncoderConfig::vocab_size, &EncoderConfig::intermediate_size,
        &EncoderConfig::positions, &EncoderConfig::labels}) {
    EncoderConfig huge = c.config;
    huge.*size = int64_t{1} << 40;
    CHECK_THROWS_AS(EncoderLayout(huge, FloatType::kFloat32), Error);
  }
}

TEST_CASE("an encoder stops when it is asked to, and goes on afterwards") {
  Case c{small_config()};
  const Texts texts(c);
  for (const int threads : {1, 2}) {
    RandomEncoder made(c, {c.type, threads});
    std::vector<float> out(texts.rows.size() * static_cast<size_t>(c.config.hidden_size));
    EncoderRequest request = pooled(Pooling::kMean);
    request.rows = texts.rows.data();
    request.out = out.data();
    std::stop_source stop;
    stop.request_stop();
    CHECK_THROWS_AS(made.encoder.run(texts.batch(), request, stop.get_token()), Cancelled);
    CHECK(run(made.encoder, texts, request).size() == out.size());
  }
}

TEST_CASE("weights that are not loaded are no encoder yet") {
  Case c{small_config()};
  Encoder encoder(c.config, {});
  const Texts texts(c);
  EncoderRequest request = pooled(Pooling::kMean);
  CHECK_THROWS_AS(encoder.run(texts.batch(), request, {}), Error);
}

}  // namespace
}  // namespace querl
