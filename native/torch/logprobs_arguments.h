// What the operators over log-probs of tokens share: their arguments and their results.
#pragma once

#include <ATen/ATen.h>

#include <optional>
#include <tuple>

#include "kernels/logits_logprobs.h"

namespace querl {

// logprobs, entropies, maxima, log_sums: each float32 (T).
using ScoreTensors = std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor>;

ScoreTensors empty_scores(const at::Tensor& targets);
TokenScores scores_of(const ScoreTensors& tensors);

// Float32 or bfloat16, else an error that names the argument.
FloatType float_type(const at::Tensor& tensor, const char* name);

// The rows of a matrix whose rows are contiguous.
ConstRows rows_of(const at::Tensor& matrix);
Rows writable_rows_of(const at::Tensor& matrix);

// The matrix itself if its rows are contiguous, else a copy.
at::Tensor with_contiguous_rows(const at::Tensor& matrix);

// Targets as int64 (T), contiguous, for tensors whose leading axes are `leading`.
at::Tensor flat_targets(const at::Tensor& targets, at::IntArrayRef leading);

// Throws unless both are on one device: a kernel of one cannot read the memory of another.
void check_same_device(const at::Tensor& tensor, const char* name, const at::Tensor& other,
                       const char* other_name);

// Throws if a target is not below `vocab`. Negative ones mark tokens to ignore.
void check_targets(const at::Tensor& targets, int64_t vocab);

void check_temperature(double temperature);

// What autograd brings for an output: float32 (T), contiguous, or nothing.
std::optional<at::Tensor> slope_of(const at::Tensor& gradient);

// The kernels' view; the gradients may be absent.
TokenSlopes slopes_of(const at::Tensor& entropies, const at::Tensor& maxima,
                      const at::Tensor& log_sums, const std::optional<at::Tensor>& d_logprobs,
                      const std::optional<at::Tensor>& d_entropies);

// Gradients of gradients are not implemented.
void refuse_second_derivative(const char* name);

}  // namespace querl
