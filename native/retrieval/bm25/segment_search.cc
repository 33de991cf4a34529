#include "retrieval/bm25/segment_search.h"

#include <algorithm>
#include <limits>

namespace querl {
namespace {

// A look-up takes about as long as adding up so many postings.
constexpr uint64_t kLookUpCost = 5;

// A part with at most so many times the postings of those that must be added up is added up with
// them: it would be looked up for so many documents that this is quicker.
constexpr double kAddedToo = 1.5;

}  // namespace

SegmentSearch::SegmentSearch(const SegmentView& view, size_t number, const QueryPlan& plan,
                             std::span<const LengthTables> lengths, const DocumentSet* allowed,
                             SearchScratch& scratch)
    : segment_(*view.segment),
      deleted_(view.deleted.get()),
      allowed_(allowed),
      scratch_(scratch),
      places_of_terms_(plan.terms.size(), kNoTerm) {
  cursors_.reserve(plan.terms.size());
  for (size_t i = 0; i < plan.terms.size(); ++i) {
    const PlannedTerm& term = plan.terms[i];
    const std::optional<TermInfo>& info = term.segments[number];
    if (!info) continue;
    const SectionView section = segment_.postings(term.field);
    const PostingList list(section, info->first, info->bytes, info->document_frequency,
                           documents());
    places_of_terms_[i] = static_cast<uint32_t>(cursors_.size());
    cursors_.emplace_back(list, section, plan.unit.gain(term.gain), lengths[term.field]);
  }
}

void SegmentSearch::bound_windows(const QueryPlan& plan, std::span<const RecordTables> records) {
  const size_t windows = (size_t{documents()} + kWindow - 1) / kWindow;
  totals_.resize(windows);
  bounds_.resize(windows * cursors_.size());
  for (size_t i = 0; i < plan.terms.size(); ++i) {
    PostingCursor* const found = cursor(i);
    if (found == nullptr) continue;
    const std::span row = std::span(bounds_).subspan(places_of_terms_[i] * windows, windows);
    found->bound_windows(records[plan.terms[i].field], kWindowShift, row, scratch_.record_bounds);
    for (size_t w = 0; w < windows; ++w) totals_[w] += row[w];
  }
  if (allowed_ == nullptr) return;
  for (size_t w = 0; w < windows; ++w) {
    const auto first = static_cast<uint32_t>(w * kWindow);
    const uint32_t last = std::min(documents() - first, kWindow) - 1 + first;
    if (!allowed_->may_intersect(segment_.ordinal(first), segment_.ordinal(last))) totals_[w] = 0;
  }
}

void SegmentSearch::set_windows(uint32_t begin, uint32_t end) {
  begin_ = begin;
  end_ = end;
  first_ = begin * kWindow;
  last_ = std::min(documents() - first_, (end - begin) * kWindow) - 1 + first_;
}

void SegmentSearch::score_windows(uint32_t begin, uint32_t end, BestHits& best) {
  set_windows(begin, end);
  needed_ = best.needed(segment_.ordinal(first_));
  choose_parts();
  size_t split = split_parts();
  collect(split);
  while (split-- > 0 && candidates_ > 0) look_up(parts_[split]);
  for (size_t i = 0; i < candidates_; ++i) {
    best.offer({scratch_.values[i], segment_.ordinal(first_ + scratch_.places[i])});
  }
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

// How many parts are not added up: together they do not reach what is needed, and they are long.
size_t SegmentSearch::split_parts() {
  size_t split = 0;
  for (int32_t rest = 0; split < parts_.size() && rest + parts_[split].bound < needed_; ++split) {
    rest += parts_[split].bound;
  }
  const auto postings = [&](size_t part) {
    return static_cast<double>(cursors_[parts_[part].cursor].document_frequency());
  };
  double needed_postings = 0;
  for (size_t i = split; i < parts_.size(); ++i) needed_postings += postings(i);
  while (split > 0 && postings(split - 1) <= kAddedToo * needed_postings) --split;

  std::fill_n(rest_.begin(), end_ - begin_, 0);
  for (size_t i = 0; i < split; ++i) {
    const std::span<const int32_t> bounds = row(parts_[i]);
    for (size_t w = 0; w < bounds.size(); ++w) rest_[w] += bounds[w];
  }
  return split;
}

// The candidates: documents whose scores can still be enough.
void SegmentSearch::collect(size_t split) {
  for (size_t i = split; i < parts_.size(); ++i) {
    cursors_[parts_[i].cursor].add(first_, last_, scratch_.scores(), scratch_.marks.data());
  }
  constexpr size_t kGroups = kWindow / kScoreGroup;
  candidates_ = 0;
  for (uint32_t w = 0; w < end_ - begin_; ++w) {
    const size_t found = score_kernels().collect(
        scratch_.groups[w * kGroups].scores.data(), scratch_.marks.data() + w * kGroups, kGroups,
        std::max(1, needed_ - rest_[w]), scratch_.places.data() + candidates_,
        scratch_.values.data() + candidates_);
    for (size_t i = 0; i < found; ++i) {
      scratch_.places[candidates_ + i] += static_cast<uint16_t>(w * kWindow);
    }
    candidates_ += found;
  }
  if (deleted_ == nullptr && allowed_ == nullptr) return;
  keep_candidates([&](uint16_t place, int32_t) { return !is_excluded(first_ + place); });
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
  int32_t* const scores = scratch_.scores();
  cursor.add(first_, last_, scores, scratch_.marks.data());
  keep_candidates([&](uint16_t place, int32_t& value) {
    value += scores[place];
    return enough(place, value);
  });
  constexpr int32_t kNone = std::numeric_limits<int32_t>::max();  // more than the sum can be
  score_kernels().collect(scores, scratch_.marks.data(), groups(), kNone, nullptr, nullptr);
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
