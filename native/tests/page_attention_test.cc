// Attention over KV pages, against float64.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "kernels/decode.h"
#include "kernels/half.h"
#include "tests/cases.h"

namespace querl {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// fp32 sums of up to a few hundred terms of magnitude 1, in outputs of magnitude 1.
constexpr double kFloatTolerance = 8e-6;

// With tiles, weights and their factors are rounded to bfloat16: 2^-9 of each, of which few count
// where tokens are few.
constexpr double kTileTolerance = 2e-2;

// What one table of kernels is called with.
struct Way {
  Isa isa;
  FloatType type;
  Bf16Isa bf16 = Bf16Isa::kConvert;

  const DecodeKernels& kernels() const { return decode_kernels(isa, bf16); }
  double tolerance() const {
    return bf16 == Bf16Isa::kAmx && type == FloatType::kBfloat16 ? kTileTolerance : kFloatTolerance;
  }
  std::string name() const {
    return std::string(isa_name(isa)) + ", " + bf16_isa_name(bf16) + ", " + float_name(type);
  }
};

std::vector<Way> ways() {
  std::vector<Way> all;
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16, FloatType::kFloat16})
    for (const Isa isa : available_isas()) all.push_back({isa, type});
  if (best_bf16_isa() == Bf16Isa::kAmx)
    all.push_back({best_isa(), FloatType::kBfloat16, Bf16Isa::kAmx});
  return all;
}

// A session of `tokens` tokens whose pages are poison where nothing was written.
class Session {
 public:
  Session(const DecodeKernels& kernels, const PageShape& shape, int64_t tokens, uint32_t seed = 1)
      : kernels_(kernels), shape_(shape), tokens_(tokens), random_(seed) {
    const auto bytes = static_cast<size_t>(shape.page_bytes());
    for (int64_t first = 0; first < tokens; first += kPageTokens)
      // A number of any type is a NaN if all its bits are set.
      pages_.push_back(memory_.emplace_back(bytes, std::byte{0xff}).data());
    for (int64_t t = 0; t < tokens; ++t) {
      keys_.push_back(random_row(shape.kv_heads));
      values_.push_back(random_row(shape.kv_heads));
      queries_.push_back(random_row(shape.heads));
    }
  }

  // Rows [first, end), in one run.
  std::vector<float> attend(int64_t first, int64_t end, int64_t window = 0) {
    store(end);
    const int64_t size = shape_.heads * shape_.head_dim;
    const int64_t stride = size + 3;
    std::vector<float> query, out(static_cast<size_t>((end - first) * stride), kNan);
    for (int64_t t = first; t < end; ++t) {
      const std::vector<float>& row = queries_[static_cast<size_t>(t)];
      query.insert(query.end(), row.begin(), row.end());
      query.insert(query.end(), 3, kNan);
    }
    std::vector<float> scratch(static_cast<size_t>(attend_scratch(shape_)), kNan);
    const PageRows rows{query.data(),      stride, out.data(),   stride, first, end - first,
                        shape_.layers - 1, window, pages_.data()};
    // One KV head after the other, as a team of threads would.
    for (int64_t head = 0; head < shape_.kv_heads; ++head)
      kernels_.attend(shape_, rows, head, head + 1, scratch.data());
    std::vector<float> dense;
    for (int64_t row = 0; row < end - first; ++row)
      dense.insert(dense.end(), out.begin() + row * stride, out.begin() + row * stride + size);
    return dense;
  }

  // What row `t` comes to in float64, from the numbers as they are stored.
  std::vector<double> expected(int64_t t, int64_t window) const {
    const auto head_dim = static_cast<size_t>(shape_.head_dim);
    const auto group = static_cast<size_t>(shape_.heads / shape_.kv_heads);
    const int64_t begin = window == 0 ? 0 : std::max<int64_t>(0, t + 1 - window);
    std::vector<double> out;
    for (size_t head = 0; head < static_cast<size_t>(shape_.heads); ++head) {
      const size_t shared = head / group * head_dim;
      std::vector<double> mixed(head_dim, 0);
      double total = 0;
      for (auto key = static_cast<size_t>(begin); key <= static_cast<size_t>(t); ++key) {
        double score = 0;
        for (size_t i = 0; i < head_dim; ++i)
          score += double{queries_[static_cast<size_t>(t)][head * head_dim + i]} *
                   keys_[key][shared + i];
        const double weight = std::exp(score / std::sqrt(static_cast<double>(head_dim)));
        total += weight;
        for (size_t i = 0; i < head_dim; ++i) mixed[i] += weight * values_[key][shared + i];
      }
      for (const double x : mixed) out.push_back(x / total);
    }
    return out;
  }

  // Gives token `t` values that no number survives.
  void poison(int64_t t) {
    std::fill(keys_[static_cast<size_t>(t)].begin(), keys_[static_cast<size_t>(t)].end(), kNan);
    std::fill(values_[static_cast<size_t>(t)].begin(), values_[static_cast<size_t>(t)].end(), kNan);
  }

 private:
  std::vector<float> random_row(int64_t heads) {
    std::normal_distribution<float> normal;
    std::vector<float> row(static_cast<size_t>(heads * shape_.head_dim));
    for (float& x : row) x = normal(random_);
    // Values that the storage holds exactly: rounding is not what is tested.
    std::vector<float> stored(row.size());
    from_floats(row.data(), static_cast<int64_t>(row.size()), shape_.type, stored.data());
    to_floats(stored.data(), shape_.type, static_cast<int64_t>(row.size()), row.data());
    return row;
  }

  void store(int64_t end) {
    for (; stored_ < end; ++stored_) {
      const auto at = static_cast<size_t>(stored_);
      kernels_.store_kv(shape_, keys_[at].data(), values_[at].data(), shape_.layers - 1, stored_,
                        pages_.data());
    }
  }

  const DecodeKernels& kernels_;
  PageShape shape_;
  int64_t tokens_;
  int64_t stored_ = 0;
  std::mt19937 random_;
  std::vector<std::vector<std::byte>> memory_;
  std::vector<std::vector<float>> keys_, values_, queries_;
  std::vector<std::byte*> pages_;
};

void check_row(const std::vector<float>& out, size_t row, const std::vector<double>& expected,
               double tolerance) {
  for (size_t i = 0; i < expected.size(); ++i)
    REQUIRE(std::abs(out[row * expected.size() + i] - expected[i]) < tolerance);
}

TEST_CASE("a row's attention over pages equals float64 for every type, head size and group") {
  for (const Way& way : ways())
    for (const int64_t head_dim : {2, 10, 16, 36, 64, 80, 128, 256})
      for (const int64_t group : {1, 2, 3, 4, 5, 6, 7, 8, 50})
        for (const int64_t tokens : {1, 33, 70}) {
          if (group == 50 && head_dim != 10) continue;
          CAPTURE(way.name());
          CAPTURE(head_dim);
          CAPTURE(group);
          CAPTURE(tokens);
          Session session(way.kernels(), {2, 2 * group, 2, head_dim, way.type}, tokens);
          const std::vector<float> out = session.attend(tokens - 1, tokens);
          check_row(out, 0, session.expected(tokens - 1, 0), way.tolerance());
        }
}

TEST_CASE("attention over pages equals float64 for lengths around pages and blocks") {
  for (const Way& way : ways())
    for (const int64_t tokens : {15, 16, 17, 31, 32, 127, 128, 129, 160, 161, 257, 300}) {
      CAPTURE(way.name());
      CAPTURE(tokens);
      Session session(way.kernels(), {1, 3, 1, 64, way.type}, tokens);
      check_row(session.attend(tokens - 1, tokens), 0, session.expected(tokens - 1, 0),
                way.tolerance());
    }
}

TEST_CASE("every row of a prompt equals float64, with and without a window") {
  for (const Way& way : ways())
    for (const int64_t window : {0, 1, 7, 32, 33, 100, 200}) {
      CAPTURE(way.name());
      CAPTURE(window);
      Session session(way.kernels(), {1, 4, 2, 16, way.type}, 150);
      const std::vector<float> out = session.attend(0, 150, window);
      for (int64_t t = 0; t < 150; ++t)
        check_row(out, static_cast<size_t>(t), session.expected(t, window), way.tolerance());
    }
}

TEST_CASE("a row has the same bits however the rows of its session are cut into runs") {
  std::mt19937 random(5);
  for (const Way& way : ways())
    for (const int64_t head_dim : {10, 64, 80, 128})
      for (const int64_t group : {1, 2, 3, 7})
        for (const int64_t window : {0, 45}) {
          CAPTURE(way.name());
          CAPTURE(head_dim);
          CAPTURE(group);
          CAPTURE(window);
          const PageShape shape{1, group, 1, head_dim, way.type};
          const int64_t tokens = 200;
          Session whole(way.kernels(), shape, tokens), cut(way.kernels(), shape, tokens);
          const std::vector<float> expected = whole.attend(0, tokens, window);
          std::vector<float> out;
          for (int64_t first = 0; first < tokens;) {
            const int64_t end =
                std::min<int64_t>(tokens, first + 1 + random() % (first % 3 * 40 + 1));
            const std::vector<float> part = cut.attend(first, end, window);
            out.insert(out.end(), part.begin(), part.end());
            first = end;
          }
          REQUIRE(std::memcmp(out.data(), expected.data(), out.size() * sizeof(float)) == 0);
        }
}

TEST_CASE("pages before the window are not touched") {
  for (const Way& way : ways()) {
    CAPTURE(way.name());
    Session session(way.kernels(), {1, 2, 1, 16, way.type}, 200);
    for (int64_t t = 0; t < 96; ++t) session.poison(t);
    const std::vector<float> out = session.attend(197, 200, 100);
    for (size_t row = 0; row < 3; ++row)
      check_row(out, row, session.expected(197 + static_cast<int64_t>(row), 100), way.tolerance());
  }
}

TEST_CASE("scores of any size make no overflow") {
  for (const Isa isa : available_isas()) {
    const PageShape shape{1, 1, 1, 2};
    std::vector<float> page(static_cast<size_t>(shape.page_bytes() / 4), kNan);
    std::byte* pages[] = {reinterpret_cast<std::byte*>(page.data())};
    const DecodeKernels& kernels = decode_kernels(isa);
    const float keys[3][2] = {{-1e4f, 0}, {1e4f, 0}, {1e4f, 0}};
    const float values[3][2] = {{5, 5}, {1, 2}, {3, 4}};
    for (int64_t t = 0; t < 3; ++t) kernels.store_kv(shape, keys[t], values[t], 0, t, pages);
    std::vector<float> scratch(static_cast<size_t>(attend_scratch(shape)));
    const float query[2] = {1e4f, 0};
    float out[2];
    kernels.attend(shape, {query, 2, out, 2, 2, 1, 0, 0, pages}, 0, 1, scratch.data());
    CHECK(out[0] == 2.f);
    CHECK(out[1] == 3.f);
  }
}

}  // namespace
}  // namespace querl
