#include "retrieval/bm25/scored_lists.h"

#include <algorithm>
#include <bit>
#include <functional>

#include "retrieval/bm25/posting_cursor.h"

namespace querl {
namespace {

// A term is frequent if more than one of so many documents has it. All scores of the segment, which
// are added up or looked up without a document's number, then take at most 16 bytes a posting.
constexpr uint64_t kFrequent = 4;

ScoredList scored(PostingCursor&& cursor, const SegmentView& view) {
  const uint32_t documents = view.segment->documents();
  const uint32_t postings = cursor.document_frequency();
  const bool is_frequent = postings * kFrequent > documents;
  ScoredList list;
  list.documents.reserve(is_frequent ? 0 : postings);
  list.scores.reserve(is_frequent ? documents : postings);
  if (is_frequent) list.scores.resize(documents);
  std::vector<int32_t> live;
  live.reserve(postings);
  cursor.each([&](uint32_t document, int32_t score) {
    if (view.deleted == nullptr || !view.deleted->contains(document)) live.push_back(score);
    if (is_frequent) {
      list.scores[document] = score;
    } else {
      list.documents.push_back(static_cast<uint16_t>(document));
      list.scores.push_back(score);
    }
  });
  const auto end = live.begin() + static_cast<ptrdiff_t>(std::min(live.size(), kBestScores));
  std::partial_sort(live.begin(), end, live.end(), std::greater<>());
  list.best.assign(live.begin(), end);
  return list;
}

}  // namespace

size_t ScoredList::bytes() const {
  constexpr size_t kAround = 128;  // the table's node and place, and what four allocations cost
  return sizeof(ScoredList) + kAround + documents.size() * sizeof documents[0] +
         (scores.size() + best.size()) * sizeof scores[0];
}

void ScoredLists::begin_query() {
  if (bytes_ <= most_bytes_) return;
  lists_.clear();
  bytes_ = 0;
}

const ScoredList& ScoredLists::list(const SegmentView& view, size_t number, const PlannedTerm& term,
                                    float gain, const LengthTables& lengths) {
  const TermInfo& info = *term.segments[number];
  const Key key{number, info.first, term.field, gain};
  if (const auto kept = lists_.find(key); kept != lists_.end()) return kept->second;
  const SectionView section = view.segment->postings(term.field);
  const PostingList postings(section, info.first, info.bytes, info.document_frequency,
                             view.segment->documents());
  const auto made =
      lists_.emplace(key, scored(PostingCursor(postings, section, gain, lengths), view)).first;
  bytes_ += made->second.bytes();
  return made->second;
}

size_t ScoredLists::Hash::operator()(const Key& key) const {
  constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;
  const uint64_t place = key.first ^ uint64_t { key.segment } << 40 ^ uint64_t { key.field } << 56;
  const uint64_t hash = (place * kOdd ^ std::bit_cast<uint32_t>(key.gain)) * kOdd;
  return hash ^ hash >> 32;
}

}  // namespace querl
