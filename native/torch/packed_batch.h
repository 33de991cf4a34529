// The arguments that operators over packed sequences share: checked, contiguous, without gradients.
#pragma once

#include <ATen/ATen.h>

#include <optional>

namespace querl {

// Throws ERR_QUERL_ARGUMENT: "Expected values to be of shape (4, 7), as rewards, but got (3)."
[[noreturn]] void refuse(const char* name, const std::string& expected, const std::string& actual);

// "(4, 512)"
std::string shown(at::IntArrayRef shape);

// The tensor without its history, contiguous. Refuses what is not float32.
at::Tensor plain_floats(const at::Tensor& tensor, const char* name);

void check_same_shape(const at::Tensor& tensor, const char* name, const at::Tensor& other,
                      const char* other_name);

// A mask of any dtype over `like` as contiguous uint8 on its device, not 0 where a number counts;
// nothing for none.
std::optional<at::Tensor> plain_mask(const std::optional<at::Tensor>& mask, const at::Tensor& like,
                                     const char* like_name);

// Null where there is none.
const uint8_t* mask_data(const std::optional<at::Tensor>& mask);

// Where each sequence begins: int64 (B + 1) on the device of `like`, ascending from 0. Without
// `offsets` each row of `like` is a sequence, or, with one axis, all of it. Refuses offsets that do
// not end with the number of tokens of `like`, of which there must be one axis then.
at::Tensor plain_offsets(const std::optional<at::Tensor>& offsets, const at::Tensor& like,
                         const char* like_name);

// Offsets as int64 (B + 1) on the CPU, ascending from 0.
at::Tensor checked_offsets(const at::Tensor& offsets);

}  // namespace querl
