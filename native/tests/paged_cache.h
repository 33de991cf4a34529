// A paged cache of random keys and values with the tables of a few sessions, for tests: pages in a
// shuffled order, poison wherever nothing was written.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "kernels/half.h"
#include "kernels/paged_attention.h"

namespace querl {

// Numbers in a storage type.
struct Stored {
  FloatType type;
  std::vector<char> bytes;

  Stored(FloatType type, int64_t count, float fill = std::numeric_limits<float>::quiet_NaN())
      : type(type), bytes(static_cast<size_t>(count * float_bytes(type))) {
    for (int64_t i = 0; i < count; ++i) set(i, fill);
  }
  void set(int64_t i, float value) {
    from_floats(&value, 1, type, bytes.data() + i * float_bytes(type));
  }
  float at(int64_t i) const {
    float value;
    to_floats(bytes.data() + i * float_bytes(type), type, 1, &value);
    return value;
  }
};

struct PagedCache {
  int64_t heads, kv_heads, head_dim, stride, page_stride;
  std::vector<int64_t> lengths;  // of the sessions
  Stored kv;
  std::vector<int32_t> table;
  std::mt19937 random;

  PagedCache(FloatType type, int64_t heads, int64_t kv_heads, int64_t head_dim,
             std::vector<int64_t> tokens, uint32_t seed)
      : heads(heads),
        kv_heads(kv_heads),
        head_dim(head_dim),
        stride(1),
        page_stride(2 * kv_heads * kPagedTokens * head_dim + 16),
        lengths(std::move(tokens)),
        kv(type, 0),
        random(seed) {
    int64_t pages = 0;
    for (const int64_t length : lengths) {
      pages += (length + kPagedTokens - 1) / kPagedTokens;
      stride = std::max(stride, (length + kPagedTokens - 1) / kPagedTokens);
    }
    kv = Stored(type, (pages + 1) * page_stride);
    std::vector<int32_t> order(static_cast<size_t>(pages));
    std::iota(order.begin(), order.end(), 1);
    std::shuffle(order.begin(), order.end(), random);
    table.assign(lengths.size() * static_cast<size_t>(stride), 0);
    auto next = order.begin();
    for (size_t s = 0; s < lengths.size(); ++s)
      for (int64_t p = 0; p < (lengths[s] + kPagedTokens - 1) / kPagedTokens; ++p)
        table[s * static_cast<size_t>(stride) + static_cast<size_t>(p)] = *next++;
  }

  float normal(float scale = 1.f) { return std::normal_distribution<float>(0.f, scale)(random); }

  // Where a coordinate of a token's key or value lies.
  int64_t place(int64_t session, int64_t token, int64_t kv_head, int64_t i, bool is_value) const {
    const int64_t page =
        table[static_cast<size_t>(session * stride + token / kPagedTokens)] * page_stride;
    const int64_t slot = token % kPagedTokens, head_size = kPagedTokens * head_dim;
    return is_value ? page + (kv_heads + kv_head) * head_size + i * kPagedTokens + slot
                    : page + kv_head * head_size + slot * head_dim + i;
  }

  void fill() {
    for (size_t s = 0; s < lengths.size(); ++s)
      for (int64_t t = 0; t < lengths[s]; ++t)
        for (int64_t h = 0; h < kv_heads; ++h)
          for (int64_t i = 0; i < head_dim; ++i)
            for (const bool is_value : {false, true})
              kv.set(place(static_cast<int64_t>(s), t, h, i, is_value), normal());
  }

  PagedKv view() {
    return {kv.bytes.data(), page_stride, kv.type, kv_heads, head_dim, table.data(), stride};
  }
};

}  // namespace querl
