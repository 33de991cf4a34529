#include "retrieval/bm25/segment_search.h"

#include <algorithm>

namespace querl {
namespace {

// A look-up takes about as long as adding up so many postings.
constexpr uint64_t kLookUpCost = 8;

// Reading all scores takes about as long as reading, and sorting, one in so many by its place.
constexpr uint32_t kSparse = 32;

}  // namespace

SegmentSearch::SegmentSearch(const SegmentView& view, size_t number, const QueryPlan& plan,
                             std::span<const LengthTables> lengths,
                             std::span<const RecordTables> records, const DocumentSet* allowed,
                             SearchScratch& scratch)
    : segment_(*view.segment),
      deleted_(view.deleted.get()),
      allowed_(allowed),
      scratch_(scratch),
      places_of_terms_(plan.terms.size(), kNoTerm) {
  const uint32_t documents = segment_.documents();
  const size_t windows = (size_t{documents} + kWindow - 1) / kWindow;
  totals_.resize(windows);
  bounds_.reserve(windows * plan.terms.size());
  cursors_.reserve(plan.terms.size());
  for (size_t i = 0; i < plan.terms.size(); ++i) {
    const PlannedTerm& term = plan.terms[i];
    const std::optional<TermInfo>& info = term.segments[number];
    if (!info) continue;
    const SectionView section = segment_.postings(term.field);
    const PostingList list(section, info->first, info->bytes, info->document_frequency, documents);
    places_of_terms_[i] = static_cast<uint32_t>(cursors_.size());
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

void SegmentSearch::score_windows(uint32_t begin, uint32_t end, BestHits& best) {
  begin_ = begin;
  end_ = end;
  first_ = begin * kWindow;
  last_ = std::min(segment_.documents() - first_, (end - begin) * kWindow) - 1 + first_;
  needed_ = best.needed(segment_.ordinal(first_));
  choose_parts();
  size_t split = split_parts();
  collect(split);
  while (split-- > 0 && candidates_ > 0) look_up(parts_[split]);
  for (size_t i = 0; i < candidates_; ++i) {
    best.offer({scratch_.values[i], segment_.ordinal(first_ + scratch_.places[i])});
  }
}

bool SegmentSearch::is_excluded(uint32_t document) const {
  if (deleted_ != nullptr && deleted_->contains(document)) return true;
  return allowed_ != nullptr && !allowed_->contains(segment_.ordinal(document));
}

std::span<const int32_t> SegmentSearch::row(const Part& part) const {
  return std::span(bounds_).subspan(part.cursor * totals_.size() + begin_, end_ - begin_);
}

void SegmentSearch::choose_parts() {
  parts_.clear();
  for (uint32_t cursor = 0; cursor < cursors_.size(); ++cursor) {
    const std::span<const int32_t> bounds = row({0, cursor});
    int32_t most = 0;
    for (const int32_t bound : bounds) most = std::max(most, bound);
    if (most > 0) parts_.push_back({most, cursor});
  }
  std::sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) {
    return a.bound != b.bound ? a.bound < b.bound : a.cursor < b.cursor;
  });
}

// How many parts need not be added up, since together they do not reach what is needed.
size_t SegmentSearch::split_parts() {
  size_t split = 0;
  int32_t rest = 0;
  std::fill_n(rest_.begin(), end_ - begin_, 0);
  for (; split < parts_.size() && rest + parts_[split].bound < needed_; ++split) {
    rest += parts_[split].bound;
    const std::span<const int32_t> bounds = row(parts_[split]);
    for (size_t w = 0; w < bounds.size(); ++w) rest_[w] += bounds[w];
  }
  return split;
}

// The candidates: documents whose scores can still be enough.
void SegmentSearch::collect(size_t split) {
  size_t touched = 0;
  bool is_sparse = true;
  for (size_t i = split; i < parts_.size(); ++i) {
    touched += cursors_[parts_[i].cursor].add(first_, last_, scratch_.scores.data(),
                                              scratch_.touched.data() + touched);
    if (touched <= SearchScratch::kMostTouched) continue;
    is_sparse = false;
    touched = 0;
  }
  const int32_t rest = *std::max_element(rest_.begin(), rest_.begin() + (end_ - begin_));
  const int32_t least = std::max(1, needed_ - rest);
  const uint32_t size = last_ - first_ + 1;
  is_sparse &= touched < size / kSparse;
  const ScoreKernels& kernels = score_kernels();
  candidates_ = is_sparse ? kernels.collect_touched(
                                scratch_.scores.data(), std::span(scratch_.touched).first(touched),
                                least, scratch_.places.data(), scratch_.values.data())
                          : kernels.collect(scratch_.scores.data(), (size_t{size} + 63) / 64 * 64,
                                            least, scratch_.places.data(), scratch_.values.data());
  keep_candidates([&](uint16_t place, int32_t value) {
    return value + rest_[place >> kWindowShift] >= needed_ && !is_excluded(first_ + place);
  });
  if (is_sparse && split > 0 && split + 1 < parts_.size()) sort_candidates();
}

// Look-ups go through lists in the order of documents.
void SegmentSearch::sort_candidates() {
  std::vector<uint64_t>& order = scratch_.order;
  order.clear();
  for (size_t i = 0; i < candidates_; ++i) {
    order.push_back(uint64_t{scratch_.places[i]} << 32 | static_cast<uint32_t>(scratch_.values[i]));
  }
  std::sort(order.begin(), order.end());
  for (size_t i = 0; i < candidates_; ++i) {
    scratch_.places[i] = static_cast<uint16_t>(order[i] >> 32);
    scratch_.values[i] = static_cast<int32_t>(order[i]);
  }
}

// Adds what a part gives to the candidates, and drops those that have too little now.
void SegmentSearch::look_up(const Part& part) {
  const std::span<const int32_t> bounds = row(part);
  for (size_t w = 0; w < bounds.size(); ++w) rest_[w] -= bounds[w];
  PostingCursor& cursor = cursors_[part.cursor];
  const auto enough = [&](uint16_t place, int32_t value) {
    return value + rest_[place >> kWindowShift] >= needed_;
  };
  const uint64_t size = uint64_t{last_} - first_ + 1;
  const uint64_t postings = cursor.document_frequency() * size / segment_.documents();
  if (candidates_ * kLookUpCost < postings) {
    keep_candidates([&](uint16_t place, int32_t& value) {
      value += cursor.score(first_ + place);
      return enough(place, value);
    });
    return;
  }
  int32_t* const scores = scratch_.scores.data();
  const size_t touched = cursor.add(first_, last_, scores, scratch_.touched.data());
  keep_candidates([&](uint16_t place, int32_t& value) {
    value += scores[place];
    return enough(place, value);
  });
  for (size_t i = 0; i < touched; ++i) scores[scratch_.touched[i]] = 0;
}

template <typename Keep>
void SegmentSearch::keep_candidates(const Keep& keep) {
  size_t kept = 0;
  for (size_t i = 0; i < candidates_; ++i) {
    const uint16_t place = scratch_.places[i];
    int32_t value = scratch_.values[i];
    const bool is_kept = keep(place, value);
    scratch_.places[kept] = place;
    scratch_.values[kept] = value;
    kept += is_kept;
  }
  candidates_ = kept;
}

}  // namespace querl
