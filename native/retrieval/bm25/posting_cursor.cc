#include "retrieval/bm25/posting_cursor.h"

#include <algorithm>
#include <cstring>

#include "retrieval/bm25/posting_score.h"

namespace querl {

void PostingCursor::bound_windows(const RecordTables& tables, int shift, std::span<int32_t> windows,
                                  std::vector<int32_t>& scratch) {
  if (!list_.has_records()) {
    decode(0);
    decode_counts();
    std::array<int32_t, kBlockPostings> scores;
    score_kernels().score(scorer_, documents_.data(), counts_.data(), size_, scores.data());
    for (uint32_t i = 0; i < size_; ++i) {
      int32_t& window = windows[documents_[i] >> shift];
      window = std::max(window, scores[i]);
    }
    return;
  }
  // Groups are about as exact as windows where a group has few of them.
  const bool by_group = !list_.groups().empty() && list_.blocks() > 2 * windows.size();
  bound_by_records(by_group ? list_.groups() : list_.records(), tables, shift, windows, scratch);
}

void PostingCursor::bound_by_records(std::span<const std::byte> records, const RecordTables& tables,
                                     int shift, std::span<int32_t> windows,
                                     std::vector<int32_t>& scratch) const {
  const size_t count = records.size() / sizeof(SkipRecord);
  scratch.resize(count + 4);
  score_kernels().bound(tables.scorer(gain_), records, scratch.data());
  uint64_t first = 0;  // window of the record's first document
  for (size_t i = 0; i < count; ++i) {
    uint32_t last_document = 0;
    std::memcpy(&last_document, records.data() + i * sizeof(SkipRecord), sizeof last_document);
    const uint64_t last = last_document >> shift;
    if (last < first || last >= windows.size())
      section_.corrupt("has a list that is not ascending");
    for (uint64_t window = first; window <= last; ++window) {
      windows[window] = std::max(windows[window], scratch[i]);
    }
    first = (uint64_t{last_document} + 1) >> shift;
  }
}

void PostingCursor::add(uint32_t first, uint32_t last, int32_t* scores, uint8_t* marks) {
  for (uint32_t block = find_block(first); block < list_.blocks(); ++block) {
    decode(block, true);
    if (documents_[0] > last) break;
    const uint32_t begin = documents_[0] < first ? place_of(first) : 0;
    const bool ends_here = documents_[size_ - 1] >= last;
    const uint32_t end = ends_here ? place_of(last + 1) : size_;
    if (begin < end) {
      score_kernels().add(scorer_, documents_.data() + begin, counts_.data() + begin, end - begin,
                          first, scores, marks);
    }
    if (ends_here) break;
  }
}

int32_t PostingCursor::score(uint32_t document) {
  if (!find(document)) return 0;
  decode_counts();
  return posting_score(gain_, counts_[place_], lengths_->norm(document));
}

uint32_t PostingCursor::count(uint32_t document) {
  if (!find(document)) return 0;
  decode_counts();
  return counts_[place_];
}

bool PostingCursor::find(uint32_t document) {
  if (block_ == kNoBlock || document < floor_ || documents_[size_ - 1] < document) {
    const uint32_t block = find_block(document);
    if (block == list_.blocks()) return false;
    decode(block);
  }
  place_ = place_of(document);
  return place_ < size_ && documents_[place_] == document;
}

uint32_t PostingCursor::find_block(uint32_t document) const {
  if (!list_.has_records()) return 0;
  const uint32_t blocks = list_.blocks();
  const auto is_before = [&](uint32_t block) {
    return list_.record(block).last_document < document;
  };
  // Steps double from the current block on, since what is asked for is usually near.
  uint64_t low = block_ != kNoBlock && floor_ <= document ? block_ : 0;
  uint64_t high = low;
  for (uint64_t step = 1; high < blocks && is_before(static_cast<uint32_t>(high)); step *= 2) {
    low = high + 1;
    high += step;
  }
  high = std::min<uint64_t>(high, blocks);
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    if (is_before(static_cast<uint32_t>(middle))) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return static_cast<uint32_t>(low);
}

void PostingCursor::decode(uint32_t block, bool with_counts) {
  if (block == block_) {
    if (with_counts) decode_counts();
    return;
  }
  block_ = kNoBlock;  // until it is whole
  size_ = list_.decode(block, documents_.data(), with_counts ? counts_.data() : nullptr);
  if (size_ < kBlockPostings) {
    std::fill(documents_.begin() + size_, documents_.end(), ~uint32_t{0});
  }
  block_ = block;
  floor_ = block == 0 ? 0 : list_.record(block - 1).last_document + 1;
  has_counts_ = with_counts;
}

void PostingCursor::decode_counts() {
  if (has_counts_) return;
  list_.decode(block_, nullptr, counts_.data());
  has_counts_ = true;
}

uint32_t PostingCursor::place_of(uint32_t document) const {
  return score_kernels().count_below(documents_.data(), document);
}

}  // namespace querl
