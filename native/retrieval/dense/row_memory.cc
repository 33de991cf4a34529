#include "retrieval/dense/row_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace querl {
namespace {

constexpr size_t kPieceBytes = size_t{64} << 20;

// Pages that were not written to cost nothing, so small indexes may have a large piece.
std::shared_ptr<std::byte> allocate(size_t bytes) {
  void* const address =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (address == MAP_FAILED) throw std::bad_alloc();
#if defined(MADV_HUGEPAGE)
  // A scan touches every page once: large ones spare it the walks through the page table. Where
  // the system has none it is only slower.
  madvise(address, bytes, MADV_HUGEPAGE);
#endif
  return {static_cast<std::byte*>(address), [bytes](std::byte* data) { munmap(data, bytes); }};
}

}  // namespace

RowMemory::RowMemory(size_t row_bytes)
    : row_bytes_(row_bytes), rows_per_piece_(std::max<size_t>(kPieceBytes / row_bytes, 1)) {}

void RowMemory::append(std::span<const std::byte> rows) {
  while (!rows.empty()) {
    if (pieces_.empty() || pieces_.back().rows == rows_per_piece_)
      pieces_.push_back({allocate(rows_per_piece_ * row_bytes_), 0});
    Piece& piece = pieces_.back();
    const size_t count = std::min(rows.size() / row_bytes_, rows_per_piece_ - piece.rows);
    std::memcpy(piece.data.get() + piece.rows * row_bytes_, rows.data(), count * row_bytes_);
    piece.rows += count;
    rows = rows.subspan(count * row_bytes_);
  }
}

void RowMemory::move_to(VectorTable& table) {
  for (Piece& piece : pieces_) table.add(piece.data.get(), piece.rows, piece.data);
  pieces_.clear();
}

}  // namespace querl
