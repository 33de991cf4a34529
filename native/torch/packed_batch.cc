#include "torch/packed_batch.h"

#include <string>

#include "base/errors.h"

namespace querl {

void refuse(const char* name, const std::string& expected, const std::string& actual) {
  throw Error("ERR_QUERL_ARGUMENT",
              std::string("Expected ") + name + " to be " + expected + ", but got " + actual + ".");
}

std::string shown(at::IntArrayRef shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + ")";
}

at::Tensor plain_floats(const at::Tensor& tensor, const char* name) {
  if (tensor.scalar_type() != at::kFloat)
    refuse(name, "float32", at::toString(tensor.scalar_type()));
  return tensor.detach().contiguous();
}

void check_same_shape(const at::Tensor& tensor, const char* name, const at::Tensor& other,
                      const char* other_name) {
  if (tensor.sizes() != other.sizes())
    refuse(name, "of shape " + shown(other.sizes()) + ", as " + other_name, shown(tensor.sizes()));
  if (tensor.device() != other.device())
    refuse(name, "on " + other.device().str() + ", as " + other_name, tensor.device().str());
}

std::optional<at::Tensor> plain_mask(const std::optional<at::Tensor>& mask, const at::Tensor& like,
                                     const char* like_name) {
  if (!mask || !mask->defined()) return std::nullopt;
  check_same_shape(*mask, "mask", like, like_name);
  const at::ScalarType type = mask->scalar_type();
  const at::Tensor own = mask->detach();
  if (type == at::kByte) return own.contiguous();
  return (type == at::kBool ? own : own.ne(0)).contiguous().view(at::kByte);
}

const uint8_t* mask_data(const std::optional<at::Tensor>& mask) {
  return mask ? mask->const_data_ptr<uint8_t>() : nullptr;
}

at::Tensor checked_offsets(const at::Tensor& offsets) {
  const at::ScalarType type = offsets.scalar_type();
  if (type != at::kLong && type != at::kInt)
    refuse("offsets", "int64 or int32", at::toString(type));
  if (offsets.dim() != 1 || offsets.numel() == 0)
    refuse("offsets", "of shape (B + 1)", shown(offsets.sizes()));
  const at::Tensor own = offsets.detach().to(at::kCPU, at::kLong).contiguous();
  const int64_t* begins = own.const_data_ptr<int64_t>();
  if (begins[0] != 0) refuse("offsets", "0 at first", std::to_string(begins[0]));
  for (int64_t b = 1; b < own.numel(); ++b)
    if (begins[b] < begins[b - 1])
      refuse("offsets", "ascending",
             std::to_string(begins[b]) + " behind " + std::to_string(begins[b - 1]));
  return own;
}

at::Tensor plain_offsets(const std::optional<at::Tensor>& offsets, const at::Tensor& like,
                         const char* like_name) {
  const auto on_cpu = [&] {
    if (!offsets || !offsets->defined()) {
      if (like.dim() != 1 && like.dim() != 2)
        refuse(like_name, "of shape (T) or (B, T)", shown(like.sizes()));
      const int64_t rows = like.dim() == 2 ? like.size(0) : 1;
      return at::arange(rows + 1, at::kLong) * like.size(-1);
    }
    if (like.dim() != 1)
      refuse(like_name, "of shape (T), since there are offsets", shown(like.sizes()));
    at::Tensor own = checked_offsets(*offsets);
    const int64_t end = own.const_data_ptr<int64_t>()[own.numel() - 1];
    if (end != like.numel())
      refuse("offsets",
             "the length of " + std::string(like_name) + ", " + std::to_string(like.numel()) +
                 ", at last",
             std::to_string(end));
    return own;
  };
  return on_cpu().to(like.device());
}

}  // namespace querl
