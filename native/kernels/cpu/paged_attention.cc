// Plain loops: what runs often on the CPU is decode.h.
#include "kernels/paged_attention.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "kernels/half.h"

namespace querl {
namespace {

template <class Pointer>
auto number_at(Pointer* data, FloatType type, int64_t index) {
  using Byte = std::conditional_t<std::is_const_v<Pointer>, const std::byte, std::byte>;
  return static_cast<Byte*>(data) + index * float_bytes(type);
}

float loaded(const void* data, FloatType type, int64_t index) {
  float value;
  to_floats(number_at(data, type, index), type, 1, &value);
  return value;
}

void store(float value, void* data, FloatType type, int64_t index) {
  from_floats(&value, 1, type, number_at(data, type, index));
}

void norm(std::vector<float>& head, const void* gain, FloatType type, float epsilon) {
  float squares = 0.f;
  for (const float x : head) squares += x * x;
  const float inverse = 1.f / std::sqrt(squares / static_cast<float>(head.size()) + epsilon);
  for (size_t i = 0; i < head.size(); ++i)
    head[i] *= inverse * loaded(gain, type, static_cast<int64_t>(i));
}

void rotate(std::vector<float>& head, const float* cos, const float* sin) {
  const size_t half = head.size() / 2;
  for (size_t i = 0; i < half; ++i) {
    const float left = head[i], right = head[i + half];
    head[i] = left * cos[i] - right * sin[i];
    head[i + half] = right * cos[i] + left * sin[i];
  }
}

void store_row(const StoreKv& job, int64_t row) {
  const PagedKv& kv = job.kv;
  const int64_t size = kv.head_dim, position = job.positions[row];
  if (job.sessions[row] < 0) return;
  const int64_t page =
      kv.table[job.sessions[row] * kv.table_stride + position / kPagedTokens] * kv.page_stride;
  const int64_t slot = position % kPagedTokens;
  std::vector<float> numbers(static_cast<size_t>(size));
  for (int64_t head = 0; head < job.heads + 2 * kv.kv_heads; ++head) {
    void* from = number_at(job.qkv, kv.type, row * job.qkv_stride + head * size);
    to_floats(from, kv.type, size, numbers.data());
    const int64_t key = head - job.heads, value = key - kv.kv_heads;
    if (value < 0) {
      const void* gain = key < 0 ? job.q_norm : job.k_norm;
      if (gain != nullptr) norm(numbers, gain, kv.type, job.epsilon);
      rotate(numbers, job.cos + position * (size / 2), job.sin + position * (size / 2));
      from_floats(numbers.data(), size, kv.type, from);
    }
    if (value >= 0) {
      const int64_t first = page + (kv.kv_heads + value) * kv.head_size() + slot;
      for (int64_t i = 0; i < size; ++i)
        store(numbers[static_cast<size_t>(i)], kv.data, kv.type, first + i * kPagedTokens);
    } else if (key >= 0) {
      from_floats(numbers.data(), size, kv.type,
                  number_at(kv.data, kv.type, page + key * kv.head_size() + slot * size));
    }
  }
}

void attend(const PagedAttention& job, int64_t row, int64_t head) {
  const PagedKv& kv = job.kv;
  const int64_t size = kv.head_dim, length = job.lengths[row];
  const int64_t first = job.window > 0 ? std::max<int64_t>(0, length - job.window) : 0;
  const int64_t kv_head = head / (job.heads / kv.kv_heads);
  const int32_t* table = kv.table + std::max(job.sessions[row], 0) * kv.table_stride;
  const auto wide = static_cast<size_t>(size);
  std::vector<float> q(wide), key(wide), out(wide, 0.f);
  std::vector<float> values(static_cast<size_t>(kv.head_size()));
  to_floats(number_at(job.q, kv.type, row * job.q_stride + head * size), kv.type, size, q.data());

  std::vector<float> weights(static_cast<size_t>(length - first));
  float max = -INFINITY, total = 0.f;
  for (int64_t t = first; t < length; ++t) {
    const int64_t page = table[t / kPagedTokens] * kv.page_stride;
    const int64_t at = page + kv_head * kv.head_size() + t % kPagedTokens * size;
    to_floats(number_at(kv.data, kv.type, at), kv.type, size, key.data());
    float score = 0.f;
    for (size_t i = 0; i < wide; ++i) score += q[i] * key[i];
    weights[static_cast<size_t>(t - first)] = score *= job.scale;
    max = std::max(max, score);
  }
  for (float& weight : weights) total += weight = std::exp(weight - max);
  for (int64_t t = first; t < length; ++t) {
    if (t == first || t % kPagedTokens == 0) {
      const int64_t page = table[t / kPagedTokens] * kv.page_stride;
      to_floats(number_at(kv.data, kv.type, page + (kv.kv_heads + kv_head) * kv.head_size()),
                kv.type, kv.head_size(), values.data());
    }
    const float weight = weights[static_cast<size_t>(t - first)] / total;
    for (size_t i = 0; i < wide; ++i)
      out[i] += weight * values[i * kPagedTokens + static_cast<size_t>(t % kPagedTokens)];
  }
  from_floats(out.data(), size, kv.type,
              number_at(job.out, kv.type, (row * job.heads + head) * size));
}

}  // namespace

void store_kv(const StoreKv& job, Parallel& parallel) {
  parallel.run(job.rows, [&](int64_t row, int) { store_row(job, row); });
}

void paged_attention(const PagedAttention& job, Parallel& parallel) {
  parallel.run(job.rows * job.heads,
               [&](int64_t task, int) { attend(job, task / job.heads, task % job.heads); });
}

}  // namespace querl
