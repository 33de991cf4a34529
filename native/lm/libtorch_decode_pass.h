// The rows of a pass as integers on the decoder's device: one buffer, one copy, at places that
// depend on the pass's shape alone, so that a captured graph finds them.
#pragma once

#include <ATen/core/Tensor.h>

#include <compare>
#include <cstdint>
#include <span>

#include "kernels/row_draw.h"
#include "lm/decoder.h"

namespace querl {

// What a pass is filled up to with rows that do nothing.
struct PassShape {
  int64_t rows = 0;
  int64_t sessions = 0;  // rows of the page table
  int64_t pages = 0;     // its columns
  int64_t wanted = 0;    // rows whose logits are wanted
  bool decodes = false;  // one row for each session, and all are wanted

  auto operator<=>(const PassShape&) const = default;
  int64_t max_length() const { return pages * kPageTokens; }
};

// The number that so many rows are filled up to.
int64_t filled_rows(int64_t rows);

// The shape of these rows; `fills` it up to one of few shapes.
PassShape pass_shape(std::span<const DecodeRow> rows, bool fills);

class PassInputs {
 public:
  // `max_pages`: of a session.
  PassInputs(at::Device device, int64_t max_rows, int64_t max_pages);

  // Writes the rows to the host's side. Those from `paged` on have no length: attention is not done
  // by pages there. draws(), as many as are wanted, are filled by the caller before upload().
  void fill(std::span<const DecodeRow> rows, const PassShape& shape, int64_t paged);
  RowDraw* draws() { return reinterpret_cast<RowDraw*>(host_.mutable_data_ptr<int32_t>()); }
  // To the device, on the current stream. The next fill() must wait for it.
  void upload(const PassShape& shape);

  // On the device, int32.
  at::Tensor drawing(const PassShape& shape, int64_t first, int64_t count) const;  // (count, 8)
  at::Tensor tokens(const PassShape& shape) const;                                 // (rows)
  at::Tensor sessions(const PassShape& shape) const;                               // (rows)
  at::Tensor positions(const PassShape& shape) const;                              // (rows)
  at::Tensor lengths(const PassShape& shape) const;                                // (rows)
  at::Tensor wanted(const PassShape& shape) const;  // (wanted) places of rows
  at::Tensor table(const PassShape& shape) const;   // (sessions, pages)

 private:
  at::Tensor host_, device_;
};

}  // namespace querl
