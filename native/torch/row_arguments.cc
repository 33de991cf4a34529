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

NormGain gain_of(const at::Tensor& gain, const at::Tensor& x) {
  check_plain(gain, "gain", gain.scalar_type(), {x.size(-1)}, x);
  return {gain.const_data_ptr(), storage_type(gain, "gain")};
}

void check_inverse(const at::Tensor& inverse_rms, const at::Tensor& x) {
  check_plain(inverse_rms, "inverse_rms", at::kFloat, x.sizes().slice(0, x.dim() - 1), x);
}

// gate_up (n, 2 f), contiguous.
Swiglu gate_up_job(const at::Tensor& gate_up) {
  if (gate_up.dim() != 2 || gate_up.size(1) % 2 != 0)
    refuse("gate_up", "of shape (n, 2 f)", shown(gate_up.sizes()));
  check_plain(gate_up, "gate_up", gate_up.scalar_type(), gate_up.sizes(), gate_up);
  return {gate_up.size(0), gate_up.size(1) / 2, storage_type(gate_up, "gate_up"),
          gate_up.const_data_ptr(), nullptr};
}

void check_like(const at::Tensor& tensor, const char* name, const at::Tensor& gate_up,
                int64_t width) {
  check_plain(tensor, name, gate_up.scalar_type(), {gate_up.size(0), width}, gate_up);
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

RmsNorm rms_norm_job(const at::Tensor& x, const std::optional<at::Tensor>& added,
                     const at::Tensor& gain, double epsilon, const at::Tensor& y,
                     const std::optional<at::Tensor>& sum,
                     const std::optional<at::Tensor>& inverse_rms) {
  RmsNorm job;
  job.shape = row_shape(x, "x");
  job.x = const_rows(x, "x", x);
  if (added) job.added = const_rows(*added, "added", x);
  job.gain = gain_of(gain, x);
  job.epsilon = static_cast<float>(epsilon);
  job.y = mutable_rows(y, "y", x);
  if (sum) job.sum = mutable_rows(*sum, "sum", x);
  if (inverse_rms) {
    check_inverse(*inverse_rms, x);
    job.inverse_rms = inverse_rms->mutable_data_ptr<float>();
  }
  return job;
}

RmsNormBackward rms_norm_backward_job(const at::Tensor& d_y, const at::Tensor& x,
                                      const std::optional<at::Tensor>& added,
                                      const at::Tensor& gain, const at::Tensor& inverse_rms,
                                      const at::Tensor& d_x,
                                      const std::optional<at::Tensor>& d_gain, bool accumulates) {
  RmsNormBackward job;
  job.shape = row_shape(x, "x");
  job.d_y = const_rows(d_y, "d_y", x);
  job.x = const_rows(x, "x", x);
  if (added) job.added = const_rows(*added, "added", x);
  job.gain = gain_of(gain, x);
  check_inverse(inverse_rms, x);
  job.inverse_rms = inverse_rms.const_data_ptr<float>();
  job.d_x = mutable_rows(d_x, "d_x", x);
  if (d_gain) {
    check_plain(*d_gain, "d_gain", at::kFloat, {x.size(-1)}, x);
    job.d_gain = d_gain->mutable_data_ptr<float>();
  }
  job.accumulates = accumulates;
  return job;
}

Rope rope_job(const at::Tensor& x, const at::Tensor& positions, const at::Tensor& cos,
              const at::Tensor& sin, bool inverse) {
  Rope job;
  job.shape = row_shape(x, "x");
  job.x = mutable_rows(x, "x", x);
  if (x.size(-1) % 2 != 0) refuse("x", "of an even head size", shown(x.sizes()));
  check_plain(positions, "positions", at::kInt, {x.size(0)}, x);
  const int64_t known = cos.dim() == 2 ? cos.size(0) : 0;
  check_plain(cos, "cos", at::kFloat, {known, x.size(-1) / 2}, x);
  check_plain(sin, "sin", at::kFloat, {known, x.size(-1) / 2}, x);
  job.positions = positions.const_data_ptr<int32_t>();
  job.cos = cos.const_data_ptr<float>();
  job.sin = sin.const_data_ptr<float>();
  job.inverse = inverse;
  return job;
}

Swiglu swiglu_job(const at::Tensor& gate_up, const at::Tensor& out) {
  Swiglu job = gate_up_job(gate_up);
  check_like(out, "out", gate_up, job.size);
  job.out = out.mutable_data_ptr();
  return job;
}

Swiglu swiglu_backward_job(const at::Tensor& d_out, const at::Tensor& gate_up,
                           const at::Tensor& d_gate_up, const std::optional<at::Tensor>& out) {
  Swiglu job = gate_up_job(gate_up);
  check_like(d_out, "d_out", gate_up, job.size);
  check_like(d_gate_up, "d_gate_up", gate_up, 2 * job.size);
  if (out) {
    check_like(*out, "out", gate_up, job.size);
    job.out = out->mutable_data_ptr();
  }
  return job;
}

}  // namespace querl
