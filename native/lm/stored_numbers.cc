#include "lm/stored_numbers.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

// The format is little-endian, and numbers are copied as they lie in memory.
static_assert(std::endian::native == std::endian::little);

namespace querl {
namespace {

// Each type converts to and from fp32 without branches, so that loops become vector code. kernels/
// half.h has the same one number at a time; a test holds them together.
struct Float32 {
  using Bits = uint32_t;
  static constexpr Bits kExponent = 0x7f800000u;
  static float widen(Bits bits) { return std::bit_cast<float>(bits); }
  static Bits narrow(float value) { return std::bit_cast<Bits>(value); }
};

struct Bfloat16 {
  using Bits = uint16_t;
  static constexpr Bits kExponent = 0x7f80u;
  static float widen(Bits bits) { return std::bit_cast<float>(uint32_t{bits} << 16); }
  static Bits narrow(float value) {  // of a finite number
    const auto bits = std::bit_cast<uint32_t>(value);
    return static_cast<Bits>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
  }
};

struct Float16 {
  using Bits = uint16_t;
  static constexpr Bits kExponent = 0x7c00u;
  static float widen(Bits bits) {  // of a finite number
    const uint32_t magnitude = uint32_t{bits & 0x7fffu} << 13;
    const float normal = std::bit_cast<float>(magnitude + (uint32_t{112} << 23));
    const float subnormal = std::bit_cast<float>(magnitude + (uint32_t{113} << 23)) - 0x1p-14f;
    const float value = magnitude < (uint32_t{1} << 23) ? subnormal : normal;
    return std::bit_cast<float>(std::bit_cast<uint32_t>(value) | (uint32_t{bits & 0x8000u} << 16));
  }
  static Bits narrow(float value) {
    const auto bits = std::bit_cast<uint32_t>(value);
    const uint32_t magnitude = bits & 0x7fffffffu;
    // Adding 0.5 leaves the number's multiples of 2^-24 in the last bits, rounded by the addition.
    const uint32_t small =
        std::bit_cast<uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - 0x3f000000u;
    const uint32_t usual = (magnitude + 0xfffu + ((magnitude >> 13) & 1u) - 0x38000000u) >> 13;
    const uint32_t rounded = magnitude < 0x38800000u ? small : usual;
    return static_cast<Bits>(((bits >> 16) & 0x8000u) | std::min(rounded, uint32_t{kExponent}));
  }
};

template <class Type>
bool all_finite(const typename Type::Bits* numbers, int64_t count) {
  uint32_t found = 0;
  for (int64_t i = 0; i < count; ++i)
    found |= (numbers[i] & Type::kExponent) == Type::kExponent ? 1u : 0u;
  return found == 0;
}

// Numbers that stay in the first-level cache between the loops over them.
constexpr int64_t kTile = 2048;

template <class From, class To>
NumberFault convert(const std::byte* from, int64_t count, std::byte* to) {
  auto worst = NumberFault::kNone;
  typename From::Bits source[kTile];
  typename To::Bits target[kTile];
  for (int64_t done = 0; done < count; done += kTile) {
    const int64_t tile = std::min(kTile, count - done);
    std::memcpy(source, from + done * int64_t{sizeof *source},
                static_cast<size_t>(tile) * sizeof *source);
    if (!all_finite<From>(source, tile)) worst = NumberFault::kNotFinite;
    if constexpr (std::is_same_v<From, To>) {
      std::memcpy(to + done * int64_t{sizeof *source}, source,
                  static_cast<size_t>(tile) * sizeof *source);
    } else {
      for (int64_t i = 0; i < tile; ++i) target[i] = To::narrow(From::widen(source[i]));
      if (!all_finite<To>(target, tile)) worst = std::max(worst, NumberFault::kTooLarge);
      std::memcpy(to + done * int64_t{sizeof *target}, target,
                  static_cast<size_t>(tile) * sizeof *target);
    }
  }
  return worst;
}

template <class From>
NumberFault convert_from(const std::byte* from, int64_t count, std::byte* to, FloatType wanted) {
  if (wanted == FloatType::kFloat32) return convert<From, Float32>(from, count, to);
  if (wanted == FloatType::kBfloat16) return convert<From, Bfloat16>(from, count, to);
  return convert<From, Float16>(from, count, to);
}

}  // namespace

NumberFault copy_numbers(const std::byte* from, FloatType stored, int64_t count, std::byte* to,
                         FloatType wanted) {
  if (stored == FloatType::kFloat32) return convert_from<Float32>(from, count, to, wanted);
  if (stored == FloatType::kBfloat16) return convert_from<Bfloat16>(from, count, to, wanted);
  return convert_from<Float16>(from, count, to, wanted);
}

}  // namespace querl
