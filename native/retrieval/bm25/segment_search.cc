#include "retrieval/bm25/segment_search.h"

#include <algorithm>

namespace querl {

SegmentSearch::SegmentSearch(const SegmentView& view, size_t number, const QueryPlan& plan,
                             std::span<const LengthTables> lengths,
                             std::span<const RecordTables> records, const DocumentSet* allowed,
                             SearchScratch& scratch)
    : segment_(*view.segment), deleted_(view.deleted.get()), allowed_(allowed), scratch_(scratch) {
  const uint32_t documents = segment_.documents();
  const size_t windows = (size_t{documents} + kWindow - 1) / kWindow;
  totals_.resize(windows);
  cursors_.reserve(plan.terms.size());
  for (const PlannedTerm& term : plan.terms) {
    const std::optional<TermInfo>& info = term.segments[number];
    if (!info) continue;
    const SectionView section = segment_.postings(term.field);
    const PostingList list(section, info->first, info->bytes, info->document_frequency, documents);
    cursors_.emplace_back(list, section, plan.unit.gain(term.gain), lengths[term.field]);
    bounds_.resize(bounds_.size() + windows);
    const std::span row = std::span(bounds_).last(windows);
    cursors_.back().bound_windows(records[term.field], kWindowShift, row, scratch.record_bounds);
    for (size_t w = 0; w < windows; ++w) totals_[w] += row[w];
  }
  if (allowed == nullptr) return;
  for (size_t w = 0; w < windows; ++w) {
    const auto first = static_cast<uint32_t>(w * kWindow);
    const uint32_t last = std::min(documents - first, kWindow) - 1 + first;
    if (!allowed->may_intersect(segment_.ordinal(first), segment_.ordinal(last))) totals_[w] = 0;
  }
}

void SegmentSearch::score_window(uint32_t window, BestHits& best) {
  const uint32_t first = window * kWindow;
  const uint32_t last = std::min(segment_.documents() - first, kWindow) - 1 + first;
  const int32_t needed = best.needed(segment_.ordinal(first));
  if (totals_[window] < needed) return;

  // The first few parts together do not reach what is needed.
  choose_parts(window);
  size_t split = 0;
  int32_t rest = 0;
  while (split < parts_.size() && rest + parts_[split].bound < needed) {
    rest += parts_[split++].bound;
  }
  for (size_t i = split; i < parts_.size(); ++i) {
    cursors_[parts_[i].term].add(first, last, scratch_.scores.data());
  }
  candidates_ = score_kernels().collect(scratch_.scores.data(), kWindow, std::max(1, needed - rest),
                                        scratch_.places.data(), scratch_.values.data());
  drop_excluded(first);
  while (split-- > 0 && candidates_ > 0) {
    rest -= parts_[split].bound;
    look_up(cursors_[parts_[split].term], first, needed - rest);
  }
  for (size_t i = 0; i < candidates_; ++i) {
    best.offer({scratch_.values[i], segment_.ordinal(first + scratch_.places[i])});
  }
}

void SegmentSearch::choose_parts(uint32_t window) {
  parts_.clear();
  const size_t windows = totals_.size();
  for (uint32_t term = 0; term < cursors_.size(); ++term) {
    const int32_t bound = bounds_[term * windows + window];
    if (bound > 0) parts_.push_back({bound, term});
  }
  std::sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) {
    return a.bound != b.bound ? a.bound < b.bound : a.term < b.term;
  });
}

void SegmentSearch::drop_excluded(uint32_t first) {
  if (deleted_ == nullptr && allowed_ == nullptr) return;
  size_t kept = 0;
  for (size_t i = 0; i < candidates_; ++i) {
    const uint32_t document = first + scratch_.places[i];
    if (deleted_ != nullptr && deleted_->contains(document)) continue;
    if (allowed_ != nullptr && !allowed_->contains(segment_.ordinal(document))) continue;
    scratch_.places[kept] = scratch_.places[i];
    scratch_.values[kept++] = scratch_.values[i];
  }
  candidates_ = kept;
}

void SegmentSearch::look_up(PostingCursor& cursor, uint32_t first, int32_t least) {
  size_t kept = 0;
  for (size_t i = 0; i < candidates_; ++i) {
    const uint16_t place = scratch_.places[i];
    const int32_t value = scratch_.values[i] + cursor.score(first + place);
    if (value < least) continue;
    scratch_.places[kept] = place;
    scratch_.values[kept++] = value;
  }
  candidates_ = kept;
}

}  // namespace querl
