#include "kernels/half.h"

#include <doctest/doctest.h>
#include <cmath>
#include <limits>

namespace querl {
namespace {

TEST_CASE("every 16-bit float that is a number comes back from fp32") {
  for (uint32_t bits = 0; bits < 0x10000u; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    if (const float value = from_float16(half); !std::isnan(value))
      CHECK(to_float16(value) == half);
    if (const float value = from_bfloat16(half); !std::isnan(value))
      CHECK(to_bfloat16(value) == half);
  }
}

TEST_CASE("numbers between two float16 go to the nearer one, ties to the even one") {
  for (uint32_t bits = 0; bits < 0x7bffu; ++bits) {
    const double low = from_float16(static_cast<uint16_t>(bits));
    const double high = from_float16(static_cast<uint16_t>(bits + 1));
    const auto middle = static_cast<float>((low + high) / 2);  // exact: one bit more
    CHECK(to_float16(middle) == (bits % 2 == 0 ? bits : bits + 1));
    CHECK(to_float16(std::nextafter(middle, 0.f)) == bits);
    CHECK(to_float16(std::nextafter(middle, 1e9f)) == bits + 1);
  }
}

TEST_CASE("infinities, NaN and numbers out of range survive") {
  const float infinity = std::numeric_limits<float>::infinity();
  CHECK(std::isnan(from_float16(to_float16(NAN))));
  CHECK(std::isnan(from_bfloat16(to_bfloat16(NAN))));
  CHECK(from_float16(to_float16(-infinity)) == -infinity);
  CHECK(from_bfloat16(to_bfloat16(-infinity)) == -infinity);
  CHECK(from_float16(to_float16(65519.f)) == 65504.f);
  CHECK(from_float16(to_float16(65520.f)) == infinity);
  CHECK(to_float16(1e-10f) == 0);
}

}  // namespace
}  // namespace querl
