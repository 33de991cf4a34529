#include "retrieval/bm25_search.h"

#include <algorithm>
#include <limits>
#include <span>

#include "base/errors.h"
#include "retrieval/find_above.h"
#include "retrieval/top_hits.h"
#include "retrieval/words.h"

namespace querl {
namespace {

// 32 KiB of scores: they stay in the first-level cache while every term passes over them.
constexpr uint32_t kWindow = 8192;

// Below this many postings a window is read again by its postings rather than from end to end.
constexpr size_t kSparse = kWindow / 16;

// A term's postings from the current window on.
struct List {
  const Posting* next;
  const Posting* end;
  const Posting* window_end;
  int64_t weight;
  int64_t bound;  // the most that the term can add to a document
};

// The first posting in [first, last) of a document that is not below `document`: steps double from
// the front, since it is usually near.
const Posting* seek(const Posting* first, const Posting* last, uint64_t document) {
  const auto below = [](const Posting& posting, uint64_t wanted) { return posting.document < wanted; };
  ptrdiff_t step = 1;
  while (step < last - first && first[step].document < document) {
    first += step;
    step *= 2;
  }
  return std::lower_bound(first, first + std::min(step + 1, last - first), document, below);
}

// One query. Score is int32_t, or int64_t for queries of hundreds of words.
template <typename Score>
class Query {
 public:
  // `scores` has kWindow zeros, and has them again after run().
  Query(std::vector<List> lists, size_t top_k, Score* scores)
      : lists_(std::move(lists)), top_(top_k), scores_(scores) {
    std::sort(lists_.begin(), lists_.end(),
              [](const List& a, const List& b) { return a.bound < b.bound; });
    int64_t sum = 0;
    for (const List& list : lists_) bounds_.push_back(sum += list.bound);
  }

  std::vector<ScoredDocument> run(const std::stop_token& stop) {
    while (open_window()) {
      if (stop.stop_requested()) {
        std::fill_n(scores_, kWindow, 0);
        throw Cancelled();
      }
      const size_t added = accumulate();
      for (List& list : looked_up()) list.next = seek(list.next, list.end, first_);
      if (added < kSparse) {
        collect_by_postings();
      } else {
        collect_by_scan();
      }
      for (List& list : walked()) list.next = list.window_end;
    }
    return top_.take();
  }

 private:
  // Lists are in ascending order of their bounds: the first few are only looked up.
  std::span<List> looked_up() { return std::span(lists_).first(split_); }
  std::span<List> walked() { return std::span(lists_).subspan(split_); }

  // Moves to the next window that has a posting of a list that must be walked.
  bool open_window() {
    while (split_ < lists_.size() && bounds_[split_] <= top_.threshold()) ++split_;
    uint64_t first = std::numeric_limits<uint64_t>::max();
    for (const List& list : walked()) {
      if (list.next != list.end) first = std::min<uint64_t>(first, list.next->document);
    }
    first_ = first;
    return first != std::numeric_limits<uint64_t>::max();
  }

  // Adds the walked lists' impacts of this window to the scores; how many there were.
  size_t accumulate() {
    size_t added = 0;
    for (List& list : walked()) {
      list.window_end = seek(list.next, list.end, first_ + kWindow);
      added += list.window_end - list.next;
      const auto first = static_cast<uint32_t>(first_);
      const auto weight = static_cast<Score>(list.weight);
      for (const Posting* posting = list.next; posting != list.window_end; ++posting) {
        scores_[posting->document - first] += static_cast<Score>(posting->impact) * weight;
      }
    }
    return added;
  }

  void collect_by_postings() {
    for (const List& list : walked()) {
      for (const Posting* posting = list.next; posting != list.window_end; ++posting) {
        const auto offset = static_cast<uint32_t>(posting->document - first_);
        if (scores_[offset] != 0) consider(offset);
        scores_[offset] = 0;
      }
    }
  }

  void collect_by_scan() {
    for (uint32_t at = 0;;) {
      // A document that at most equals the threshold loses: those inside have lower numbers.
      const int64_t rest = split_ == 0 ? 0 : bounds_[split_ - 1];
      const auto above = static_cast<Score>(std::max<int64_t>(0, top_.threshold() - rest));
      at = find_above(scores_, at, kWindow, above);
      if (at == kWindow) break;
      consider(at++);
    }
    std::fill_n(scores_, kWindow, 0);
  }

  // Completes a document's score, greatest bounds first, unless it falls behind on the way.
  void consider(uint32_t offset) {
    const auto document = static_cast<uint32_t>(first_ + offset);
    int64_t score = scores_[offset];
    for (size_t i = split_; i-- > 0;) {
      if (score + bounds_[i] < top_.threshold()) return;
      const List& list = lists_[i];
      const Posting* posting = seek(list.next, list.end, document);
      if (posting != list.end && posting->document == document) {
        score += list.weight * posting->impact;
      }
    }
    top_.offer({score, document});
  }

  std::vector<List> lists_;
  std::vector<int64_t> bounds_;  // sums of the lists' bounds up to and with each
  size_t split_ = 0;             // lists before it are looked up, lists from it on are walked
  uint64_t first_ = 0;           // the window's first document
  TopHits top_;
  Score* scores_;
};

}  // namespace

std::vector<Hit> Bm25Searcher::search(std::string_view query, size_t top_k,
                                      const std::stop_token& stop) {
  std::vector<List> lists;
  int64_t most = 0;
  for (const auto [number, weight] : terms_of(query)) {
    const std::span<const Posting> postings = index_.postings(number);
    const int64_t bound = static_cast<int64_t>(index_.max_impact(number)) * weight;
    most += bound;
    const Posting* const first = postings.data();
    lists.push_back({first, first + postings.size(), first, weight, bound});
  }
  if (lists.empty() || top_k == 0) return {};

  top_k = std::min<size_t>(top_k, index_.counts().documents);
  narrow_.resize(kWindow);
  std::vector<ScoredDocument> best;
  if (most <= std::numeric_limits<int32_t>::max()) {
    best = Query(std::move(lists), top_k, narrow_.data()).run(stop);
  } else {
    wide_.resize(kWindow);
    best = Query(std::move(lists), top_k, wide_.data()).run(stop);
  }
  std::vector<Hit> hits;
  hits.reserve(best.size());
  for (const auto [score, document] : best) {
    hits.push_back({document, static_cast<double>(score) / kImpactScale});
  }
  return hits;
}

std::vector<Bm25Searcher::Term> Bm25Searcher::terms_of(std::string_view query) const {
  std::vector<uint32_t> numbers;
  WordReader reader(query);
  while (reader.next()) {
    if (const auto number = index_.find(reader.word())) numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  std::vector<Term> terms;
  for (const uint32_t number : numbers) {
    if (terms.empty() || terms.back().number != number) terms.push_back({number, 0});
    ++terms.back().weight;
  }
  return terms;
}

}  // namespace querl
