#include "torch/row_arguments.h"

#include <string>

#include "torch/packed_batch.h"

namespace querl {
namespace {

void check_rows(const at::Tensor& tensor, const char* name, const at::Tensor& like) {
  if (tensor.sizes() != like.sizes())
    refuse(name, "of shape " + shown(like.sizes()), shown(tensor.sizes()));
  if (tensor.size(-1) > 1 && tensor.stride(-1) != 1)
    refuse(name, "contiguous along its last axis",
           "a stride of " + std::to_string(tensor.stride(-1)));
  if (tensor.device() != like.device())
    refuse(name, "on " + like.device().str(), tensor.device().str());
}

template <class Pointer>
HeadRows<Pointer> rows_over(const at::Tensor& tensor, const char* name, Pointer data) {
  return {data, storage_type(tensor, name), tensor.stride(0),
          tensor.dim() == 3 ? tensor.stride(1) : tensor.size(-1)};
}

}  // namespace

FloatType storage_type(const at::Tensor& tensor, const char* name) {
  switch (tensor.scalar_type()) {
    case at::kFloat:
      return FloatType::kFloat32;
    case at::kBFloat16:
      return FloatType::kBfloat16;
    case at::kHalf:
      return FloatType::kFloat16;
    default:
      refuse(name, "float32, bfloat16 or float16", at::toString(tensor.scalar_type()));
  }
}

RowShape row_shape(const at::Tensor& x, const char* name) {
  if (x.dim() != 2 && x.dim() != 3) refuse(name, "of shape (n, d) or (n, h, d)", shown(x.sizes()));
  return {x.size(0), x.dim() == 3 ? x.size(1) : 1, x.size(-1)};
}

ConstHeadRows const_rows(const at::Tensor& tensor, const char* name, const at::Tensor& like) {
  check_rows(tensor, name, like);
  return rows_over<const void*>(tensor, name, tensor.const_data_ptr());
}

MutableHeadRows mutable_rows(const at::Tensor& tensor, const char* name, const at::Tensor& like) {
  check_rows(tensor, name, like);
  return rows_over<void*>(tensor, name, tensor.mutable_data_ptr());
}

void check_plain(const at::Tensor& tensor, const char* name, at::ScalarType type,
                 at::IntArrayRef sizes, const at::Tensor& like) {
  if (tensor.scalar_type() != type)
    refuse(name, at::toString(type), at::toString(tensor.scalar_type()));
  if (tensor.sizes() != sizes) refuse(name, "of shape " + shown(sizes), shown(tensor.sizes()));
  if (!tensor.is_contiguous()) refuse(name, "contiguous", "a view that is not");
  if (tensor.device() != like.device())
    refuse(name, "on " + like.device().str(), tensor.device().str());
}

}  // namespace querl
