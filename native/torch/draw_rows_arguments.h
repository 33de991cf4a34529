// The tensors of querl::draw_rows as the kernels' struct, checked. What the draws say is not looked
// at: on a device that would wait for it.
#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/row_draw.h"

namespace querl {

RowDraws row_draws(const at::Tensor& logits, const at::Tensor& draws, const at::Tensor& bans,
                   const at::Tensor& out);

}  // namespace querl
