#include "retrieval/bm25/small_search.h"

#include <algorithm>

namespace querl {
namespace {

// Of one query, so that it is over within milliseconds and takes 16 MiB at most.
constexpr uint64_t kMostPostings = 1 << 20;

constexpr size_t kWindowGroups = kWindow / kScoreGroup;

}  // namespace

bool SmallSearch::suits(const Bm25Index& index, const QueryPlan& plan) {
  if (index.next_ordinal() > kSmallIndex) return false;
  uint64_t postings = 0;
  for (const PlannedTerm& term : plan.terms) postings += term.document_frequency;
  return postings <= kMostPostings;
}

void SmallSearch::search(const SegmentView& view, size_t number, const QueryPlan& plan,
                         std::span<const LengthTables> lengths, const DocumentSet* allowed,
                         BestHits& best) {
  lists_.begin_query();
  added_.clear();
  looked_up_.clear();
  for (const PlannedTerm& term : plan.terms) {
    if (!term.segments[number]) continue;
    const ScoredList& list =
        lists_.list(view, number, term, plan.unit.gain(term.gain), lengths[term.field]);
    (list.is_frequent() ? looked_up_ : added_).push_back(&list);
    // So many documents reach what they have of this term alone.
    if (allowed == nullptr && list.best.size() >= best.capacity()) {
      best.expect(list.best[best.capacity() - 1]);
    }
  }
  if (added_.empty() && looked_up_.empty()) return;

  const size_t windows = (size_t{view.segment->documents()} + kWindow - 1) / kWindow;
  if (marks_.size() < windows * kWindowGroups) {
    groups_.resize(windows * kWindowGroups);
    marks_.resize(windows * kWindowGroups);
  }
  const int32_t rest = choose_looked_up(best.needed(view.segment->ordinal(0)));
  for (const ScoredList* list : added_) add(*list);
  offer_all(view, allowed, rest, best);
}

// Leaves those frequent terms to be looked up that together are not enough; returns what they give
// at most.
int32_t SmallSearch::choose_looked_up(int32_t needed) {
  std::sort(looked_up_.begin(), looked_up_.end(),
            [](const ScoredList* a, const ScoredList* b) { return a->most() < b->most(); });
  int32_t rest = 0;
  auto end = looked_up_.begin();
  for (; end != looked_up_.end() && rest + (*end)->most() < needed; ++end) rest += (*end)->most();
  added_.insert(added_.end(), end, looked_up_.end());
  looked_up_.erase(end, looked_up_.end());
  return rest;
}

void SmallSearch::add(const ScoredList& list) {
  int32_t* const scores = groups_[0].scores.data();
  const size_t size = list.scores.size();
  if (list.is_frequent()) {
    for (size_t i = 0; i < size; ++i) scores[i] += list.scores[i];
    std::fill_n(marks_.begin(), (size + kScoreGroup - 1) / kScoreGroup, uint8_t{1});
    return;
  }
  for (size_t i = 0; i < size; ++i) {
    const size_t document = list.documents[i];
    scores[document] += list.scores[i];
    marks_[document / kScoreGroup] = 1;
  }
}

// `rest` is what the looked-up terms give at most.
void SmallSearch::offer_all(const SegmentView& view, const DocumentSet* allowed, int32_t rest,
                            BestHits& best) {
  const Segment& segment = *view.segment;
  // Window by window, since less and less of them is enough.
  for (uint32_t first = 0; first < segment.documents(); first += kWindow) {
    const int32_t needed = best.needed(segment.ordinal(first));
    const size_t group = first / kScoreGroup;
    const size_t found =
        score_kernels().collect(groups_[group].scores.data(), marks_.data() + group, kWindowGroups,
                                std::max(1, needed - rest), places_.data(), values_.data());
    for (size_t i = 0; i < found; ++i) {
      const uint32_t document = first + places_[i];
      int32_t score = values_[i];
      for (const ScoredList* list : looked_up_) score += list->scores[document];
      if (score < needed) continue;
      if (view.deleted != nullptr && view.deleted->contains(document)) continue;
      const uint32_t ordinal = segment.ordinal(document);
      if (allowed != nullptr && !allowed->contains(ordinal)) continue;
      best.offer({score, ordinal});
    }
  }
}

}  // namespace querl
