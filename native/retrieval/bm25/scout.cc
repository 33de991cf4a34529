#include "retrieval/bm25/scout.h"

#include <algorithm>
#include <numeric>

namespace querl {
namespace {

constexpr uint64_t kPostings = 2048;
constexpr int kSlotBits = 12;

// Where more hits are wanted, scoring candidates would cost more than it saves.
constexpr size_t kMostCompleted = 64;

}  // namespace

int32_t Scout::reached_score(const QueryPlan& plan, std::vector<SegmentSearch>& searches,
                             size_t top_k) {
  if (top_k > kPostings) return 0;
  slots_.resize(size_t{1} << kSlotBits);
  const size_t terms = add_rarest(plan, searches);
  best_.clear();
  for (const uint32_t slot : used_) {
    best_.push_back({slots_[slot].place - 1, slots_[slot].score});
    slots_[slot] = {};
  }
  used_.clear();
  if (best_.size() < top_k) return 0;

  const auto higher = [](const Slot& a, const Slot& b) { return a.score > b.score; };
  const auto at = [&](size_t place) { return best_.begin() + static_cast<ptrdiff_t>(place); };
  if (top_k <= kMostCompleted && terms < plan.terms.size()) {
    const size_t kept = std::min(best_.size(), 2 * top_k);
    std::nth_element(best_.begin(), at(kept - 1), best_.end(), higher);
    best_.resize(kept);
    complete(searches, terms);
  }
  if (best_.size() < top_k) return 0;
  std::nth_element(best_.begin(), at(top_k - 1), best_.end(), higher);
  return best_[top_k - 1].score;
}

// How many of terms_ were added.
size_t Scout::add_rarest(const QueryPlan& plan, std::vector<SegmentSearch>& searches) {
  terms_.resize(plan.terms.size());
  std::iota(terms_.begin(), terms_.end(), 0);
  std::sort(terms_.begin(), terms_.end(), [&](uint32_t a, uint32_t b) {
    return plan.terms[a].document_frequency < plan.terms[b].document_frequency;
  });
  uint64_t postings = 0;
  size_t terms = 0;
  for (; terms < terms_.size(); ++terms) {
    postings += plan.terms[terms_[terms]].document_frequency;
    if (postings > kPostings) break;
    uint32_t first = 0;
    for (SegmentSearch& search : searches) {
      if (PostingCursor* const cursor = search.cursor(terms_[terms])) {
        cursor->each([&](uint32_t document, int32_t score) {
          if (!search.is_excluded(document)) add(first + document, score);
        });
      }
      first += search.documents();
    }
  }
  return terms;
}

void Scout::add(uint32_t place, int32_t score) {
  uint32_t slot = (place * 0x9e3779b1u) >> (32 - kSlotBits);
  while (slots_[slot].place != 0 && slots_[slot].place != place + 1) {
    slot = (slot + 1) & ((1u << kSlotBits) - 1);
  }
  if (slots_[slot].place == 0) used_.push_back(slot);
  slots_[slot].place = place + 1;
  slots_[slot].score += score;
}

// Adds what the other terms give.
void Scout::complete(std::vector<SegmentSearch>& searches, size_t terms) {
  std::sort(best_.begin(), best_.end(),
            [](const Slot& a, const Slot& b) { return a.place < b.place; });
  auto slot = best_.begin();
  uint32_t first = 0;
  for (SegmentSearch& search : searches) {
    const uint32_t end = first + search.documents();
    const auto begin = slot;
    while (slot != best_.end() && slot->place < end) ++slot;
    for (size_t i = terms; i < terms_.size(); ++i) {
      PostingCursor* const cursor = search.cursor(terms_[i]);
      if (cursor == nullptr) continue;
      for (auto s = begin; s != slot; ++s) s->score += cursor->score(s->place - first);
    }
    first = end;
  }
}

}  // namespace querl
