// querl::sample: one token from each row of logits. No gradient flows through it.
#include "kernels/sample.h"

#include <torch/library.h>

#include <cmath>

#include "torch/packed_batch.h"
#include "torch/threads.h"

namespace querl {
namespace {

using Samples = std::tuple<at::Tensor, at::Tensor>;

// As in the sampler: below this exp((x - max) / temperature) is 0 or 1 for all practical logits.
constexpr double kLeastTemperature = 1e-4;

void check_options(double temperature, int64_t top_k, double top_p, double min_p) {
  if (temperature != 0 && !(temperature >= kLeastTemperature && temperature <= 1e30))
    refuse("temperature", "0 or at least 0.0001", std::to_string(temperature));
  if (top_k < 0) refuse("top_k", "0 or more", std::to_string(top_k));
  if (!(top_p > 0 && top_p <= 1)) refuse("top_p", "in (0, 1]", std::to_string(top_p));
  if (!(min_p >= 0 && min_p <= 1)) refuse("min_p", "in [0, 1]", std::to_string(min_p));
}

// (B, V), rows contiguous.
at::Tensor plain_logits(const at::Tensor& logits) {
  const at::ScalarType type = logits.scalar_type();
  if (type != at::kFloat && type != at::kBFloat16)
    refuse("logits", "float32 or bfloat16", at::toString(type));
  if (logits.dim() == 0 || logits.size(-1) == 0 || logits.size(-1) > INT32_MAX)
    refuse("logits", "of shape (B, V) with V of one or more", shown(logits.sizes()));
  const int64_t vocab = logits.size(-1);
  const at::Tensor rows = logits.detach().reshape({logits.numel() / vocab, vocab});
  const bool is_ready = rows.stride(1) == 1 && rows.stride(0) >= vocab;
  return is_ready ? rows : rows.contiguous();
}

// One number for each row: those given, else those of `otherwise`.
template <class Otherwise>
at::Tensor per_row(const char* name, const std::optional<at::Tensor>& numbers,
                   at::IntArrayRef leading, const at::Tensor& logits, const Otherwise& otherwise) {
  if (!numbers || !numbers->defined()) return otherwise();
  if (!at::isIntegralType(numbers->scalar_type(), false))
    refuse(name, "integers", at::toString(numbers->scalar_type()));
  if (numbers->sizes() != leading)
    refuse(name, "of shape " + shown(leading) + ", as the rows of logits", shown(numbers->sizes()));
  return numbers->to(logits.device(), at::kLong).reshape({-1}).contiguous();
}

// Ids as int32 (n), each of them an id.
at::Tensor plain_banned(const std::optional<at::Tensor>& banned, const at::Tensor& logits) {
  const auto options = logits.options().dtype(at::kInt);
  if (!banned || !banned->defined() || banned->numel() == 0) return at::empty({0}, options);
  if (!at::isIntegralType(banned->scalar_type(), false))
    refuse("banned", "integers", at::toString(banned->scalar_type()));
  const at::Tensor ids = banned->detach().to(at::kCPU, at::kLong).reshape({-1}).contiguous();
  const int64_t* id = ids.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < ids.numel(); ++i)
    if (id[i] < 0 || id[i] >= logits.size(1))
      refuse("banned", "ids below " + std::to_string(logits.size(1)), std::to_string(id[i]));
  return ids.to(options);
}

Samples sample_op(const at::Tensor& logits, int64_t seed, const std::optional<at::Tensor>& sessions,
                  const std::optional<at::Tensor>& positions, double temperature, int64_t top_k,
                  double top_p, double min_p, const std::optional<at::Tensor>& banned,
                  bool truncated_logprobs) {
  static const auto raw =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("querl::_sample", "")
          .typed<Samples(const at::Tensor&, int64_t, const at::Tensor&, const at::Tensor&, double,
                         int64_t, double, double, const at::Tensor&, bool)>();
  check_options(temperature, top_k, top_p, min_p);
  const at::Tensor rows = plain_logits(logits);
  const at::IntArrayRef leading = logits.sizes().slice(0, static_cast<size_t>(logits.dim() - 1));
  const auto longs = rows.options().dtype(at::kLong);
  const at::Tensor own_sessions =
      per_row("sessions", sessions, leading, rows, [&] { return at::arange(rows.size(0), longs); });
  const at::Tensor own_positions = per_row("positions", positions, leading, rows,
                                           [&] { return at::zeros({rows.size(0)}, longs); });
  const auto [ids, logprobs] =
      raw.call(rows, seed, own_sessions, own_positions, temperature, std::min(top_k, rows.size(1)),
               top_p, min_p, plain_banned(banned, rows), truncated_logprobs);
  return {ids.reshape(leading), logprobs.reshape(leading)};
}

Samples sample_cpu(const at::Tensor& logits, int64_t seed, const at::Tensor& sessions,
                   const at::Tensor& positions, double temperature, int64_t top_k, double top_p,
                   double min_p, const at::Tensor& banned, bool truncated_logprobs) {
  const int64_t rows = logits.size(0);
  at::Tensor ids = at::empty({rows}, logits.options().dtype(at::kInt));
  at::Tensor logprobs = at::empty({rows}, logits.options().dtype(at::kFloat));
  LibtorchThreads threads;
  const auto type =
      logits.scalar_type() == at::kFloat ? LogitsType::kFloat32 : LogitsType::kBfloat16;
  sample({.logits = logits.const_data_ptr(),
          .type = type,
          .rows = rows,
          .vocab = logits.size(1),
          .stride = logits.stride(0),
          .seed = static_cast<uint64_t>(seed),
          .sessions = sessions.const_data_ptr<int64_t>(),
          .positions = positions.const_data_ptr<int64_t>()},
         {.temperature = static_cast<float>(temperature),
          .top_p = static_cast<float>(top_p),
          .top_k = static_cast<int32_t>(top_k),
          .min_p = static_cast<float>(min_p),
          .banned = banned.const_data_ptr<int32_t>(),
          .banned_count = banned.numel(),
          .truncated_logprob = truncated_logprobs},
         ids.mutable_data_ptr<int32_t>(), logprobs.mutable_data_ptr<float>(), threads);
  return {ids, logprobs};
}

TORCH_LIBRARY_FRAGMENT(querl, m) {
  // logits (…, V) float32 or bfloat16; sessions (…), by default 0, 1, 2…; positions (…), by default
  // 0; banned (n) -> ids (…) int32, -1 where a row is not finite; logprobs (…) float32.
  m.def(
      "sample(Tensor logits, *, int seed=0, Tensor? sessions=None, Tensor? positions=None, "
      "float temperature=1., int top_k=0, float top_p=1., float min_p=0., Tensor? banned=None, "
      "bool truncated_logprobs=False) -> (Tensor ids, Tensor logprobs)");
  // On one device: logits (B, V), rows contiguous; sessions and positions (B) int64; banned (n)
  // int32, valid; top_k is at most V.
  m.def(
      "_sample(Tensor logits, int seed, Tensor sessions, Tensor positions, float temperature, "
      "int top_k, float top_p, float min_p, Tensor banned, bool truncated_logprobs) -> "
      "(Tensor ids, Tensor logprobs)");
}

TORCH_LIBRARY_IMPL(querl, CompositeImplicitAutograd, m) { m.impl("sample", &sample_op); }

TORCH_LIBRARY_IMPL(querl, CPU, m) { m.impl("_sample", &sample_cpu); }

}  // namespace
}  // namespace querl
