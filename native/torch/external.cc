#include "torch/external.h"

#include <ATen/Parallel.h>

namespace querl {

at::Tensor tensor_over(float* data, at::IntArrayRef shape) {
  return at::from_blob(data, shape, at::TensorOptions().dtype(at::kFloat));
}

at::Tensor index_tensor(const int32_t* data, int64_t count) {
  at::Tensor index = at::empty({count}, at::TensorOptions().dtype(at::kLong));
  int64_t* out = index.mutable_data_ptr<int64_t>();
  for (int64_t i = 0; i < count; ++i) out[i] = data[i];
  return index;
}

void set_job_threads(int threads) {
  if (at::get_num_threads() != threads) at::set_num_threads(threads);
}

}  // namespace querl
