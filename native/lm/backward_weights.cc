#include "lm/backward_weights.h"

#include "kernels/dense.h"

namespace querl {
namespace {

// A weight (rows, columns) of the model, to be packed with its columns as outputs.
struct Job {
  int64_t weight, rows, columns, packed;
};

}  // namespace

void BackwardWeights::refresh(ThreadPool& pool) {
  if (generation_ == weights_.generation()) return;
  const DecoderConfig& shape = weights_.config();
  const ParameterLayout& layout = weights_.parameters().layout();
  std::vector<Job> jobs;
  int64_t size = 0;
  const auto add = [&](int64_t weight, int64_t rows, int64_t columns) {
    jobs.push_back({weight, rows, columns, size});
    size += packed_size(columns, rows);
  };
  for (int64_t i = 0; i < shape.layers; ++i) {
    const ParameterLayout::Layer& at = layout.layer(i);
    add(at.qkv, shape.qkv_size(), shape.hidden_size);
    add(at.o, shape.hidden_size, shape.q_size());
    add(at.gate_up, 2 * shape.intermediate_size, shape.hidden_size);
    add(at.down, shape.hidden_size, shape.intermediate_size);
  }
  add(layout.head(), shape.vocab_size, shape.hidden_size);

  packed_.resize(static_cast<size_t>(size));
  pool.run(static_cast<int64_t>(jobs.size()), [&](int64_t task, int) {
    const Job& job = jobs[static_cast<size_t>(task)];
    dense_kernels().pack(weights_.parameters().data() + job.weight, job.columns, job.rows, 1,
                         job.columns, packed_.data() + job.packed);
  });
  const auto place = [&](int64_t job) {
    return packed_.data() + jobs[static_cast<size_t>(job)].packed;
  };
  layers_.clear();
  for (int64_t i = 0; i < shape.layers; ++i)
    layers_.push_back({place(4 * i), place(4 * i + 1), place(4 * i + 2), place(4 * i + 3)});
  head_ = place(4 * shape.layers);
  generation_ = weights_.generation();
}

}  // namespace querl
