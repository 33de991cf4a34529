// The ids that turns may not draw, as bits on the decoder's device. Most turns ban the same ids, so
// that what was there in the last pass is not sent again.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace querl {

class BanTable {
 public:
  BanTable(at::Device device, int64_t vocab);

  // At the start of a pass of at most `lists` lists: forgets the others where these might not fit.
  // True where the table moved.
  bool begin(int64_t lists);
  // The number of the row for these ids, -1 for none.
  int32_t row_of(std::span<const int32_t> ids);
  // Sends what is new, on the current stream.
  void upload();

  // (k, ceil(V / 32)) int32.
  const at::Tensor& bits() const { return device_; }

 private:
  void make(int64_t rows);

  at::Device place_;
  int64_t words_;
  std::vector<std::vector<int32_t>> lists_;
  size_t sent_ = 0;
  at::Tensor host_, device_;
};

}  // namespace querl
