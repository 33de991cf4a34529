#include "retrieval/dense/scan.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "base/errors.h"

namespace querl {
namespace {

// Rows that a thread takes at a time: they stay in its second-level cache while groups of queries
// pass, and are enough for the processor's prefetchers to warm up.
constexpr size_t kPieceBytes = size_t{1} << 20;

struct Piece {
  size_t run;
  uint32_t first, rows;  // within the run
};

std::vector<Piece> cut(const VectorTable& table) {
  const size_t rows = std::max<size_t>(kPieceBytes / table.row_bytes() / kRowBlock, 1) * kRowBlock;
  std::vector<Piece> pieces;
  for (size_t run = 0; run < table.runs().size(); ++run) {
    const uint64_t all = table.runs()[run].rows;
    for (uint64_t first = 0; first < all; first += rows) {
      pieces.push_back({run, static_cast<uint32_t>(first),
                        static_cast<uint32_t>(std::min<uint64_t>(rows, all - first))});
    }
  }
  return pieces;
}

uint64_t first_bits(uint32_t count) {
  return count >= 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1;
}

class Scan {
 public:
  Scan(const ScanPlan& plan, const RowSet* allowed, const std::stop_token& stop)
      : plan_(plan), allowed_(allowed), stop_(stop), pieces_(cut(*plan.vectors)) {}

  size_t pieces() const { return pieces_.size(); }

  // One thread's share.
  void run(std::vector<TopRows>& hits) {
    const auto scanner = make_scanner(plan_);
    for (;;) {
      const size_t next = next_++;
      if (next >= pieces_.size()) return;
      if (stop_.stop_requested()) throw Cancelled();
      scan_piece(pieces_[next], *scanner, hits);
    }
  }

  // Whoever fails lets the others stop.
  void stop() { next_ = pieces_.size(); }

 private:
  void scan_piece(const Piece& piece, RowScanner& scanner, std::vector<TopRows>& hits) {
    const VectorTable& table = *plan_.vectors;
    const std::byte* const data = table.rows_of(piece.run, piece.first, piece.rows);
    const uint32_t first_row = table.runs()[piece.run].first_row + piece.first;
    constexpr auto kRows = static_cast<uint32_t>(kRowBlock);
    for (size_t begin = 0; begin < plan_.query_count; begin += kQueryGroup) {
      const size_t end = std::min(begin + kQueryGroup, plan_.query_count);
      for (uint32_t r = 0; r < piece.rows; r += kRows) {
        RowsToScan rows{
            data + r * table.row_bytes(), first_row + r, std::min(kRows, piece.rows - r), 0, {}};
        rows.allowed = first_bits(rows.rows);
        if (allowed_ != nullptr) rows.allowed &= allowed_->from(rows.first_row);
        if (rows.allowed == 0) continue;
        // The second group finds its rows in the cache.
        if (begin == 0 && r + kRows < piece.rows) {
          rows.ahead = {
              rows.data + kRows * table.row_bytes(),
              static_cast<int64_t>(std::min(kRows, piece.rows - r - kRows) * table.row_bytes())};
        }
        scanner.scan(rows, begin, end, hits.data());
      }
    }
  }

  const ScanPlan& plan_;
  const RowSet* allowed_;
  std::stop_token stop_;
  std::vector<Piece> pieces_;
  std::atomic<size_t> next_ = 0;
};

}  // namespace

void on_threads(unsigned threads, const std::function<void(unsigned)>& work) {
  std::mutex mutex;
  std::exception_ptr failure;
  const auto guarded = [&](unsigned thread) {
    try {
      work(thread);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (failure == nullptr) failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < threads; ++i) others.emplace_back(guarded, i);
    guarded(0);
  }
  if (failure != nullptr) std::rethrow_exception(failure);
}

std::vector<std::vector<RowHit>> scan(const ScanPlan& plan, const RowSet* allowed, unsigned threads,
                                      const std::stop_token& stop) {
  Scan work(plan, allowed, stop);
  threads =
      static_cast<unsigned>(std::clamp<size_t>(threads, 1, std::max<size_t>(work.pieces(), 1)));
  std::vector<std::vector<TopRows>> found(
      threads, std::vector<TopRows>(plan.query_count, TopRows(plan.top_k)));
  on_threads(threads, [&](unsigned thread) {
    try {
      work.run(found[thread]);
    } catch (...) {
      work.stop();
      throw;
    }
  });
  std::vector<std::vector<RowHit>> hits(plan.query_count);
  for (size_t q = 0; q < plan.query_count; ++q) {
    for (unsigned thread = 1; thread < threads; ++thread)
      for (const RowHit& hit : found[thread][q].take()) found[0][q].offer(hit);
    hits[q] = found[0][q].take();
  }
  return hits;
}

}  // namespace querl
