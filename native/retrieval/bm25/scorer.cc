#include "retrieval/bm25/scorer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include "base/errors.h"

namespace querl {
namespace {

constexpr double kMostParameter = 1000;

// What is left of a length after Lucene's SmallFloat.intToByte4() and back: below 24 all of it,
// then four leading bits of what exceeds 24.
uint32_t rounded_by_lucene(uint32_t length) {
  constexpr uint32_t kExact = 24;
  if (length < kExact) return length;
  const uint32_t rest = length - kExact;
  const int shift = std::max(0, static_cast<int>(std::bit_width(rest)) - 4);
  return kExact + (rest >> shift << shift);
}

void require(bool valid, const char* what, double value) {
  if (valid) return;
  throw Error("ERR_QUERL_ARGUMENT",
              "Expected " + std::string(what) + ", but got " + std::to_string(value) + ".");
}

bool has_absent(Bm25Variant variant) {
  return variant == Bm25Variant::kBm25L || variant == Bm25Variant::kBm25Plus;
}

}  // namespace

Bm25Formula::Bm25Formula(const Bm25Parameters& parameters, const FieldStatistics& statistics)
    : parameters_(parameters),
      documents_(parameters.lengths == LengthRule::kLucene ? statistics.documents_with_field
                                                           : statistics.documents) {
  const auto& [variant, k1, b, delta, lengths] = parameters;
  require(k1 >= 0 && k1 <= kMostParameter, "k1 to be a number from 0 to 1000", k1);
  require(b >= 0 && b <= 1, "b to be a number from 0 to 1", b);
  require(!has_absent(variant) || (delta >= 0 && delta <= kMostParameter),
          "delta to be a number from 0 to 1000", delta);
  mean_length_ = statistics.words == 0 || documents_ == 0
                     ? 1
                     : static_cast<double>(statistics.words) / static_cast<double>(documents_);
}

uint32_t Bm25Formula::used_length(uint32_t length) const {
  return parameters_.lengths == LengthRule::kLucene ? rounded_by_lucene(length) : length;
}

double Bm25Formula::idf(uint64_t document_frequency) const {
  const auto n = static_cast<double>(documents_);
  const auto df = static_cast<double>(document_frequency);
  switch (parameters_.variant) {
    case Bm25Variant::kLucene:
      return std::log1p((n - df + 0.5) / (df + 0.5));
    case Bm25Variant::kRobertson:
      return std::log(std::max(1.0, (n - df + 0.5) / (df + 0.5)));
    case Bm25Variant::kAtire:
      return std::log(n / df);
    case Bm25Variant::kBm25L:
      return std::log((n + 1) / (df + 0.5));
    case Bm25Variant::kBm25Plus:
      return std::log((n + 1) / df);
  }
  return 0;
}

double Bm25Formula::gain(double idf) const {
  const double k1 = parameters_.k1;
  switch (parameters_.variant) {
    case Bm25Variant::kLucene:
    case Bm25Variant::kRobertson:
      return idf;
    case Bm25Variant::kAtire:
    case Bm25Variant::kBm25Plus:
      return idf * (k1 + 1);
    // (x + delta) / (k1 + x + delta) - delta / (k1 + delta) with x = c / r is
    // k1 / (k1 + delta) · c / (c + (k1 + delta) r), and c / (c + k1 r) without delta.
    case Bm25Variant::kBm25L:
      if (parameters_.delta == 0) return idf * (k1 + 1);
      return idf * (k1 + 1) * k1 / (k1 + parameters_.delta);
  }
  return 0;
}

double Bm25Formula::norm(uint32_t length) const {
  const auto& [variant, k1, b, delta, lengths] = parameters_;
  const double r = 1 - b + b * used_length(length) / mean_length_;
  return (variant == Bm25Variant::kBm25L ? k1 + delta : k1) * r;
}

double Bm25Formula::absent(double idf) const {
  const auto& [variant, k1, b, delta, lengths] = parameters_;
  if (variant == Bm25Variant::kBm25Plus) return idf * delta;
  if (variant != Bm25Variant::kBm25L || delta == 0) return 0;
  return idf * (k1 + 1) * delta / (k1 + delta);
}

ScoreUnit::ScoreUnit(double gains) {
  constexpr int kExponent = 22;
  constexpr double kMostGains = 256;
  exponent_ = kExponent;
  if (gains > kMostGains) exponent_ -= std::ilogb(gains / kMostGains) + 1;
}

float ScoreUnit::gain(double gain) const { return static_cast<float>(std::ldexp(gain, exponent_)); }

double ScoreUnit::score(int32_t units) const {
  return std::ldexp(static_cast<double>(units), -exponent_);
}

}  // namespace querl
