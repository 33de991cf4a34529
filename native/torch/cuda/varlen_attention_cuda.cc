// querl::_varlen_attention_out and its backward on CUDA: the flash attention that LibTorch brings
// (Dao 2023, arXiv 2307.08691), whose causal mask stands at the bottom right too; what that does
// not take (float32, odd head sizes) by plain operators.
#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

#include <map>
#include <string>
#include <vector>

#include "base/errors.h"
#include "torch/cuda/launch.h"
#include "torch/varlen_attention_call.h"

namespace querl {
namespace {

// Calls an operator by its arguments' names; the others have their defaults. Versions of LibTorch
// add arguments.
std::vector<c10::IValue> call_named(const char* name,
                                    const std::map<std::string, c10::IValue>& arguments) {
  const c10::OperatorHandle op = c10::Dispatcher::singleton().findSchemaOrThrow(name, "");
  torch::jit::Stack stack;
  size_t used = 0;
  for (const c10::Argument& argument : op.schema().arguments()) {
    const auto given = arguments.find(argument.name());
    if (given != arguments.end()) {
      stack.push_back(given->second);
      ++used;
    } else if (argument.default_value()) {
      stack.push_back(*argument.default_value());
    } else {
      stack.emplace_back();
    }
  }
  if (used != arguments.size())
    throw Error("ERR_QUERL_NATIVE", std::string(name) + " of this LibTorch has other arguments: " +
                                        c10::toString(op.schema()) + ".");
  op.callBoxed(&stack);
  return stack;
}

bool is_flash(const VarlenCall& call) {
  return call.type != FloatType::kFloat32 && call.shape.head_dim % 8 == 0 &&
         call.shape.head_dim <= 256;
}

// (rows, heads * head_dim) as (rows, heads, head_dim), a view.
at::Tensor by_head(const at::Tensor& rows, const VarlenCall& call) {
  return rows.unflatten(1, {rows.size(1) / call.shape.head_dim, call.shape.head_dim});
}

// What both passes are given.
std::map<std::string, c10::IValue> flash_arguments(const VarlenCall& call) {
  const auto on_device = at::TensorOptions().dtype(at::kInt).device(call.q.device());
  std::map<std::string, c10::IValue> arguments{
      {"query", by_head(call.q, call)},
      {"key", by_head(call.k, call)},
      {"value", by_head(call.v, call)},
      {"cum_seq_q", call.query_offsets.to(on_device)},
      {"cum_seq_k", call.key_offsets.to(on_device)},
      {"max_q", call.longest(call.query_offsets)},
      {"max_k", call.longest(call.key_offsets)},
      {"dropout_p", 0.},
      {"is_causal", true},
      {"scale", static_cast<double>(call.shape.scale)},
  };
  if (call.shape.window > 0) {
    arguments.emplace("window_size_left", call.shape.window - 1);
    arguments.emplace("window_size_right", int64_t{0});
  }
  return arguments;
}

void forward_cuda(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                  const at::Tensor& query_offsets, const at::Tensor& key_offsets, int64_t head_dim,
                  int64_t window, double scale, at::Tensor& out, at::Tensor& log_sums) {
  const VarlenCall call(q, k, v, query_offsets, key_offsets, head_dim, window, scale);
  call.query_output(out, "out");
  call.check_log_sums(log_sums);
  if (call.query_count() == 0) return;
  const CudaLaunch launch(q);
  if (!is_flash(call)) return plain_varlen_attention(call, out, log_sums);
  auto arguments = flash_arguments(call);
  arguments.emplace("return_debug_mask", false);
  const std::vector<c10::IValue> results = call_named("aten::_flash_attention_forward", arguments);
  const at::Tensor sums = results[1].toTensor();
  if (sums.sizes() != log_sums.sizes())
    throw Error("ERR_QUERL_NATIVE",
                "This LibTorch's flash attention pads its log sums; 2.11 to 2.14 do not.");
  by_head(out, call).copy_(results[0].toTensor());
  log_sums.copy_(sums);
}

void backward_cuda(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                   const at::Tensor& out, const at::Tensor& d_out, const at::Tensor& log_sums,
                   const at::Tensor& query_offsets, const at::Tensor& key_offsets, int64_t head_dim,
                   int64_t window, double scale, at::Tensor& d_q, at::Tensor& d_k,
                   at::Tensor& d_v) {
  const VarlenCall call(q, k, v, query_offsets, key_offsets, head_dim, window, scale);
  call.check_log_sums(log_sums);
  call.query_rows(out, "out");
  call.query_rows(d_out, "d_out");
  call.query_output(d_q, "d_q");
  call.key_output(d_k, "d_k");
  call.key_output(d_v, "d_v");
  if (call.query_count() == 0) {
    d_k.zero_();
    d_v.zero_();
    return;
  }
  const CudaLaunch launch(q);
  if (!is_flash(call))
    return plain_varlen_attention_backward(call, out, d_out, log_sums, d_q, d_k, d_v);
  auto arguments = flash_arguments(call);
  arguments.emplace("grad_out", by_head(d_out, call));
  arguments.emplace("out", by_head(out, call));
  arguments.emplace("logsumexp", log_sums);
  // Without dropout the state of the random numbers is not read.
  const auto state = at::TensorOptions().dtype(at::kUInt64).device(q.device());
  arguments.emplace("rng_state", at::empty({2}, state));
  arguments.emplace("unused", at::empty({}, state));
  const std::vector<c10::IValue> results = call_named("aten::_flash_attention_backward", arguments);
  by_head(d_q, call).copy_(results[0].toTensor());
  by_head(d_k, call).copy_(results[1].toTensor());
  by_head(d_v, call).copy_(results[2].toTensor());
}

TORCH_LIBRARY_IMPL(querl, CUDA, m) {
  m.impl("_varlen_attention_out", &forward_cuda);
  m.impl("_varlen_attention_backward_out", &backward_cuda);
}

}  // namespace
}  // namespace querl
