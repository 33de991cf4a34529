#include "lm/libtorch_decode_operators.h"

#include <ATen/core/dispatch/Dispatcher.h>

namespace querl::operators {
namespace {

using Tensor = const at::Tensor&;

template <class Signature>
auto operator_of(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

}  // namespace

void store_kv(const at::Tensor& qkv, const at::Tensor& kv, const PagedRows& rows,
              const at::Tensor& positions, const at::Tensor& cos, const at::Tensor& sin,
              const Optional& q_norm, const Optional& k_norm, double epsilon) {
  static const auto op =
      operator_of<void(Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, const Optional&,
                       const Optional&, double)>("querl::store_kv_");
  op.call(qkv, kv, rows.table, rows.sessions, positions, cos, sin, q_norm, k_norm, epsilon);
}

void paged_attention(const at::Tensor& q, const at::Tensor& kv, const PagedRows& rows,
                     const at::Tensor& lengths, double scale, int64_t window, int64_t max_length,
                     const at::Tensor& out) {
  static const auto op =
      operator_of<void(Tensor, Tensor, Tensor, Tensor, Tensor, double, int64_t, int64_t, Tensor)>(
          "querl::paged_attention");
  op.call(q, kv, rows.table, rows.sessions, lengths, scale, window, max_length, out);
}

void draw_rows(const at::Tensor& logits, const at::Tensor& draws, const at::Tensor& bans,
               const at::Tensor& out) {
  static const auto op = operator_of<void(Tensor, Tensor, Tensor, Tensor)>("querl::draw_rows");
  op.call(logits, draws, bans, out);
}

}  // namespace querl::operators
