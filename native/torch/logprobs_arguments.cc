#include "torch/logprobs_arguments.h"

#include <c10/core/GradMode.h>

#include <string>

#include "base/errors.h"

namespace querl {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error("ERR_QUERL_ARGUMENT", message); }

// "(4, 512)"
std::string shown(at::IntArrayRef shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + ")";
}

}  // namespace

ScoreTensors empty_scores(const at::Tensor& targets) {
  const auto make = [&] { return at::empty(targets.sizes(), targets.options().dtype(at::kFloat)); };
  return {make(), make(), make(), make()};
}

TokenScores scores_of(const ScoreTensors& tensors) {
  const auto& [logprobs, entropies, maxima, log_sums] = tensors;
  return {logprobs.data_ptr<float>(), entropies.data_ptr<float>(), maxima.data_ptr<float>(),
          log_sums.data_ptr<float>()};
}

FloatType float_type(const at::Tensor& tensor, const char* name) {
  if (tensor.scalar_type() == at::kFloat) return FloatType::kFloat32;
  if (tensor.scalar_type() == at::kBFloat16) return FloatType::kBfloat16;
  refuse(std::string("Expected ") + name + " to be float32 or bfloat16, but got " +
         at::toString(tensor.scalar_type()) + ".");
}

ConstRows rows_of(const at::Tensor& matrix) {
  return {matrix.const_data_ptr(), matrix.stride(0), float_type(matrix, "the matrix")};
}

Rows writable_rows_of(const at::Tensor& matrix) {
  return {matrix.mutable_data_ptr(), matrix.stride(0), float_type(matrix, "the matrix")};
}

at::Tensor with_contiguous_rows(const at::Tensor& matrix) {
  const bool is_ready = matrix.stride(1) == 1 && matrix.stride(0) >= matrix.size(1);
  return is_ready ? matrix : matrix.contiguous();
}

at::Tensor flat_targets(const at::Tensor& targets, at::IntArrayRef leading) {
  if (targets.scalar_type() != at::kLong && targets.scalar_type() != at::kInt)
    refuse(std::string("Expected targets to be int64 or int32, but got ") +
           at::toString(targets.scalar_type()) + ".");
  if (targets.sizes() != leading)
    refuse("Expected targets to have shape " + shown(leading) + ", but got " +
           shown(targets.sizes()) + ".");
  return targets.to(at::kLong).reshape({-1}).contiguous();
}

void check_same_device(const at::Tensor& tensor, const char* name, const at::Tensor& other,
                       const char* other_name) {
  if (tensor.device() != other.device())
    refuse(std::string("Expected ") + name + " to be on " + other.device().str() + ", as " +
           other_name + ", but got " + tensor.device().str() + ".");
}

void check_targets(const at::Tensor& targets, int64_t vocab) {
  const int64_t* ids = targets.const_data_ptr<int64_t>();
  for (int64_t t = 0; t < targets.numel(); ++t)
    if (ids[t] >= vocab)
      refuse("Expected targets to be below " + std::to_string(vocab) + ", but got " +
             std::to_string(ids[t]) + " at " + std::to_string(t) + ".");
}

void check_temperature(double temperature) {
  if (!(temperature > 0 && temperature <= 1e30))
    refuse("Expected temperature to be a positive number, but got " + std::to_string(temperature) +
           ".");
}

std::optional<at::Tensor> slope_of(const at::Tensor& gradient) {
  if (!gradient.defined()) return std::nullopt;
  return gradient.to(at::kFloat).contiguous();
}

TokenSlopes slopes_of(const at::Tensor& entropies, const at::Tensor& maxima,
                      const at::Tensor& log_sums, const std::optional<at::Tensor>& d_logprobs,
                      const std::optional<at::Tensor>& d_entropies) {
  const auto data = [](const std::optional<at::Tensor>& slope) {
    return slope ? slope->const_data_ptr<float>() : nullptr;
  };
  return {entropies.const_data_ptr<float>(), maxima.const_data_ptr<float>(),
          log_sums.const_data_ptr<float>(), data(d_logprobs), data(d_entropies)};
}

void refuse_second_derivative(const char* name) {
  if (c10::GradMode::is_enabled())
    refuse(std::string(name) + " has no second derivative: its gradient cannot be differentiated.");
}

}  // namespace querl
