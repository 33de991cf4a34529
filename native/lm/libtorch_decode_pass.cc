#include "lm/libtorch_decode_pass.h"

#include <ATen/ops/empty.h>

#include <algorithm>

namespace querl {
namespace {

constexpr int64_t kDrawWords = sizeof(RowDraw) / sizeof(int32_t);

// Where the integers of a pass begin.
struct Places {
  int64_t tokens, sessions, positions, lengths, wanted, table, end;

  explicit Places(const PassShape& shape)
      : tokens(shape.wanted * kDrawWords),
        sessions(tokens + shape.rows),
        positions(sessions + shape.rows),
        lengths(positions + shape.rows),
        wanted(lengths + shape.rows),
        table(wanted + shape.wanted),
        end(table + shape.sessions * shape.pages) {}
};

// Columns of the page table: powers of two, beginning with what attention does in one part.
int64_t filled_pages(int64_t pages) {
  int64_t filled = 8;
  while (filled < pages) filled *= 2;
  return filled;
}

int64_t pages_of(const DecodeRow& row) { return row.position / kPageTokens + 1; }

}  // namespace

// At most an eighth of them do nothing beyond 16.
int64_t filled_rows(int64_t rows) {
  int64_t step = 1;
  while (step * 16 < rows) step *= 2;
  return rows <= 4 ? std::max<int64_t>(rows, 1) : (rows + 2 * step - 1) / (2 * step) * (2 * step);
}

PassShape pass_shape(std::span<const DecodeRow> rows, bool fills) {
  PassShape shape;
  shape.rows = static_cast<int64_t>(rows.size());
  const KvPages* last = nullptr;
  for (const DecodeRow& row : rows) {
    shape.sessions += row.pages != last;
    shape.wanted += row.request != nullptr;
    shape.pages = std::max(shape.pages, pages_of(row));
    last = row.pages;
  }
  shape.decodes = shape.sessions == shape.rows && shape.wanted == shape.rows;
  if (!fills) return shape;
  shape.rows = filled_rows(shape.rows);
  shape.pages = filled_pages(shape.pages);
  if (shape.decodes) shape.sessions = shape.wanted = shape.rows;
  return shape;
}

PassInputs::PassInputs(at::Device device, int64_t max_rows, int64_t max_pages) {
  const PassShape most{filled_rows(max_rows), filled_rows(max_rows), filled_pages(max_pages),
                       filled_rows(max_rows), false};
  const auto options = at::TensorOptions().dtype(at::kInt);
  host_ = at::empty({Places(most).end}, options.pinned_memory(device.is_cuda()));
  device_ = device.is_cpu() ? host_ : at::empty({Places(most).end}, options.device(device));
}

void PassInputs::fill(std::span<const DecodeRow> rows, const PassShape& shape, int64_t paged) {
  const Places places(shape);
  auto* const numbers = host_.mutable_data_ptr<int32_t>();
  int32_t* wanted = numbers + places.wanted;
  int32_t session = -1;
  const KvPages* last = nullptr;
  for (int64_t i = 0; i < shape.rows; ++i) {
    const bool is_there = i < static_cast<int64_t>(rows.size());
    numbers[places.tokens + i] = is_there ? rows[static_cast<size_t>(i)].token : 0;
    numbers[places.positions + i] = is_there ? rows[static_cast<size_t>(i)].position : 0;
    numbers[places.lengths + i] =
        is_there && i < paged ? rows[static_cast<size_t>(i)].position + 1 : 0;
    if (is_there) {
      const DecodeRow& row = rows[static_cast<size_t>(i)];
      if (row.pages != last) ++session;
      last = row.pages;
      // The last row of a session has the most pages.
      const auto next = static_cast<size_t>(i) + 1;
      if (next == rows.size() || rows[next].pages != row.pages)
        std::copy_n(row.pages->ids().begin(), pages_of(row),
                    numbers + places.table + session * shape.pages);
      if (row.request != nullptr) *wanted++ = static_cast<int32_t>(i);
    }
    numbers[places.sessions + i] = is_there ? session : -1;
  }
  std::fill(wanted, numbers + places.table, 0);
}

void PassInputs::upload(const PassShape& shape) {
  if (device_.is_same(host_)) return;
  const int64_t count = Places(shape).end;
  device_.narrow(0, 0, count).copy_(host_.narrow(0, 0, count), /*non_blocking=*/true);
}

at::Tensor PassInputs::drawing(const PassShape&, int64_t first, int64_t count) const {
  return device_.narrow(0, first * kDrawWords, count * kDrawWords).view({count, kDrawWords});
}
at::Tensor PassInputs::tokens(const PassShape& shape) const {
  return device_.narrow(0, Places(shape).tokens, shape.rows);
}
at::Tensor PassInputs::sessions(const PassShape& shape) const {
  return device_.narrow(0, Places(shape).sessions, shape.rows);
}
at::Tensor PassInputs::positions(const PassShape& shape) const {
  return device_.narrow(0, Places(shape).positions, shape.rows);
}
at::Tensor PassInputs::lengths(const PassShape& shape) const {
  return device_.narrow(0, Places(shape).lengths, shape.rows);
}
at::Tensor PassInputs::wanted(const PassShape& shape) const {
  return device_.narrow(0, Places(shape).wanted, shape.wanted);
}
at::Tensor PassInputs::table(const PassShape& shape) const {
  return device_.narrow(0, Places(shape).table, shape.sessions * shape.pages)
      .view({shape.sessions, shape.pages});
}

}  // namespace querl
