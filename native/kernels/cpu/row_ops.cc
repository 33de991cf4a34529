#include "kernels/row_ops.h"

#include <algorithm>
#include <vector>

#include "kernels/dense.h"
#include "kernels/half_rows.h"

namespace querl {
namespace {

constexpr int64_t kTaskRows = 64;
// Numbers of a row of swiglu that are in work at once: its five buffers fit the first-level cache.
constexpr int64_t kPiece = 1024;

int64_t tasks_of(int64_t rows) { return (rows + kTaskRows - 1) / kTaskRows; }

// Calls work(row) for the rows of a task.
template <class Work>
void for_rows(int64_t task, int64_t rows, const Work& work) {
  const int64_t end = std::min(rows, (task + 1) * kTaskRows);
  for (int64_t row = task * kTaskRows; row < end; ++row) work(row);
}

// Memory of each thread.
class Scratch {
 public:
  Scratch(const Parallel& parallel, int64_t floats)
      : floats_((floats + 15) / 16 * 16),
        data_(static_cast<size_t>(parallel.threads() * floats_)) {}

  float* of(int thread) { return data_.data() + thread * floats_; }

 private:
  int64_t floats_;
  std::vector<float> data_;
};

template <class Pointer>
auto* at(const HeadRows<Pointer>& rows, int64_t row, int64_t head) {
  using Byte = std::conditional_t<std::is_same_v<Pointer, void*>, char, const char>;
  return static_cast<Byte*>(rows.data) +
         (row * rows.stride + head * rows.head_stride) * float_bytes(rows.type);
}

// Rows as fp32: where they lie if they are, else in a buffer.
class Reader {
 public:
  const float* read(const ConstHeadRows& rows, int64_t row, int64_t head, int64_t size,
                    float* buffer) const {
    const char* from = at(rows, row, head);
    if (rows.type == FloatType::kFloat32) return reinterpret_cast<const float*>(from);
    kernels_.to_floats(from, rows.type, size, buffer);
    return buffer;
  }

  // x + added, in the buffer if there is anything to add; `other` is a second buffer.
  const float* read_sum(const ConstHeadRows& x, const ConstHeadRows& added, int64_t row,
                        int64_t head, int64_t size, float* buffer, float* other) const {
    const float* left = read(x, row, head, size, buffer);
    if (added.data == nullptr) return left;
    kernels_.add(left, read(added, row, head, size, other), size, buffer);
    return buffer;
  }

  void write(const float* from, const MutableHeadRows& rows, int64_t row, int64_t head,
             int64_t size) const {
    char* to = at(rows, row, head);
    if (reinterpret_cast<char*>(const_cast<float*>(from)) != to)
      kernels_.from_floats(from, size, rows.type, to);
  }

  std::vector<float> gain(const NormGain& gain, int64_t size) const {
    std::vector<float> floats(static_cast<size_t>(size));
    kernels_.to_floats(gain.data, gain.type, size, floats.data());
    return floats;
  }

 private:
  const HalfRowKernels& kernels_ = half_row_kernels();
};

}  // namespace

void rms_norm(const RmsNorm& job, Parallel& parallel) {
  const auto [rows, heads, size] = job.shape;
  const Reader reader;
  const DenseKernels& dense = dense_kernels();
  const std::vector<float> gain = reader.gain(job.gain, size);
  Scratch scratch(parallel, 2 * size);
  parallel.run(tasks_of(rows), [&, rows = rows, heads = heads, size = size](int64_t task, int id) {
    float *sum = scratch.of(id), *other = sum + size;
    for_rows(task, rows, [&](int64_t row) {
      for (int64_t head = 0; head < heads; ++head) {
        const float* s = reader.read_sum(job.x, job.added, row, head, size, sum, other);
        if (job.sum.data != nullptr) reader.write(s, job.sum, row, head, size);
        float* inverse =
            job.inverse_rms == nullptr ? nullptr : job.inverse_rms + row * heads + head;
        dense.rms_norm(s, gain.data(), 1, size, job.epsilon, other, inverse);
        reader.write(other, job.y, row, head, size);
      }
    });
  });
}

void rms_norm_backward(const RmsNormBackward& job, Parallel& parallel) {
  const auto [rows, heads, size] = job.shape;
  const Reader reader;
  const DenseKernels& dense = dense_kernels();
  const std::vector<float> gain = reader.gain(job.gain, size);
  Scratch scratch(parallel, 4 * size);
  // The gain's gradient is summed task by task, whoever runs them.
  std::vector<float> partial(static_cast<size_t>(tasks_of(rows) * size));
  parallel.run(tasks_of(rows), [&, rows = rows, heads = heads, size = size](int64_t task, int id) {
    float *slope = scratch.of(id), *sum = slope + size, *other = sum + size, *out = other + size;
    for_rows(task, rows, [&](int64_t row) {
      for (int64_t head = 0; head < heads; ++head) {
        const float* d_y = reader.read(job.d_y, row, head, size, slope);
        const float* s = reader.read_sum(job.x, job.added, row, head, size, sum, other);
        if (job.accumulates)
          half_row_kernels().to_floats(at(job.d_x, row, head), job.d_x.type, size, out);
        else
          std::fill_n(out, size, 0.f);
        dense.rms_norm_backward(d_y, s, gain.data(), job.inverse_rms + row * heads + head, 1, size,
                                out, partial.data() + task * size);
        reader.write(out, job.d_x, row, head, size);
      }
    });
  });
  if (job.d_gain == nullptr) return;
  for (int64_t task = 0; task < tasks_of(rows); ++task)
    for (int64_t i = 0; i < size; ++i)
      job.d_gain[i] += partial[static_cast<size_t>(task * size + i)];
}

void rope(const Rope& job, Parallel& parallel) {
  const auto [rows, heads, size] = job.shape;
  const HalfRowKernels& half = half_row_kernels();
  const DenseKernels& dense = dense_kernels();
  const float direction = job.inverse ? -1.f : 1.f;
  const bool is_float = job.x.type == FloatType::kFloat32;
  const int64_t width = heads * size;
  Scratch scratch(parallel, is_float ? 0 : width);
  parallel.run(tasks_of(rows), [&, rows = rows, heads = heads, size = size](int64_t task, int id) {
    for_rows(task, rows, [&](int64_t row) {
      char* x = at(job.x, row, 0);
      float* floats = is_float ? reinterpret_cast<float*>(x) : scratch.of(id);
      if (!is_float) half.to_floats(x, job.x.type, width, floats);
      dense.rope(floats, width, 1, heads, size, job.positions + row, job.cos, job.sin, direction);
      if (!is_float) half.from_floats(floats, width, job.x.type, x);
    });
  });
}

void swiglu(const Swiglu& job, Parallel& parallel) {
  const HalfRowKernels& half = half_row_kernels();
  const DenseKernels& dense = dense_kernels();
  const int64_t bytes = float_bytes(job.type);
  Scratch scratch(parallel, 3 * kPiece);
  parallel.run(tasks_of(job.rows), [&](int64_t task, int id) {
    float *both = scratch.of(id), *result = both + 2 * kPiece;
    for_rows(task, job.rows, [&](int64_t row) {
      const char* gate = static_cast<const char*>(job.gate_up) + 2 * row * job.size * bytes;
      char* out = static_cast<char*>(job.out) + row * job.size * bytes;
      for (int64_t i = 0; i < job.size; i += kPiece) {
        const int64_t count = std::min(kPiece, job.size - i);
        half.to_floats(gate + i * bytes, job.type, count, both);
        half.to_floats(gate + (job.size + i) * bytes, job.type, count, both + count);
        dense.swiglu(both, 1, count, result);
        half.from_floats(result, count, job.type, out + i * bytes);
      }
    });
  });
}

void swiglu_backward(const Swiglu& job, const void* d_out, void* d_gate_up, Parallel& parallel) {
  const HalfRowKernels& half = half_row_kernels();
  const DenseKernels& dense = dense_kernels();
  const int64_t bytes = float_bytes(job.type);
  Scratch scratch(parallel, 4 * kPiece);
  parallel.run(tasks_of(job.rows), [&](int64_t task, int id) {
    float *both = scratch.of(id), *result = both + 2 * kPiece, *slope = result + kPiece;
    for_rows(task, job.rows, [&](int64_t row) {
      const int64_t start = row * job.size;
      const char* gate = static_cast<const char*>(job.gate_up) + 2 * start * bytes;
      char* d_gate = static_cast<char*>(d_gate_up) + 2 * start * bytes;
      for (int64_t i = 0; i < job.size; i += kPiece) {
        const int64_t count = std::min(kPiece, job.size - i);
        half.to_floats(gate + i * bytes, job.type, count, both);
        half.to_floats(gate + (job.size + i) * bytes, job.type, count, both + count);
        half.to_floats(static_cast<const char*>(d_out) + (start + i) * bytes, job.type, count,
                       slope);
        if (job.out != nullptr) {
          dense.swiglu(both, 1, count, result);
          half.from_floats(result, count, job.type,
                           static_cast<char*>(job.out) + (start + i) * bytes);
        }
        dense.swiglu_backward(slope, both, 1, count, both);
        half.from_floats(both, count, job.type, d_gate + i * bytes);
        half.from_floats(both + count, count, job.type, d_gate + (job.size + i) * bytes);
      }
    });
  });
}

}  // namespace querl
