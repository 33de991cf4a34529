#include "retrieval/bm25/bm25_search.h"

#include <algorithm>
#include <limits>
#include <span>

#include "base/errors.h"
#include "retrieval/bm25/find_above.h"
#include "retrieval/bm25/top_hits.h"
#include "retrieval/text/words.h"

namespace querl {
namespace {

// 32 KiB of scores: they stay in the first-level cache while every term passes over them.
constexpr uint32_t kWindow = 8192;

// Below this many postings a window is read again by its postings rather than from end to end.
constexpr size_t kSparse = kWindow / 16;

// A look-up costs about as much as walking over this many postings, and a list that had to be
// looked up too often is walked in this many windows. Of little influence between 2 and 32, and 4
// and 1000; without them a search takes 1.4 times as long (npm run bench -- retrieval --only 200k).
constexpr size_t kLookUpCost = 4;
constexpr int kWalkedWindows = 8;

// A term's postings: those of the current window, and where the next one starts to look.
struct List {
  const ImpactPosting* next;
  const ImpactPosting* end;
  const ImpactPosting* window_first;
  const ImpactPosting* window_end;
  int64_t weight;
  int64_t bound;  // the most that the term can add to a document
};

// The first posting in [first, last) of a document that is not below `document`: steps double from
// the front, since it is usually near.
const ImpactPosting* seek(const ImpactPosting* first, const ImpactPosting* last,
                          uint64_t document) {
  const auto below = [](const ImpactPosting& posting, uint64_t wanted) {
    return posting.document < wanted;
  };
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
      for (List& list : lists_) {
        list.window_first = seek(list.next, list.end, first_);
        list.window_end = seek(list.window_first, list.end, first_ + kWindow);
        list.next = list.window_end;
      }
      if (accumulate() < kSparse) {
        collect_by_postings();
      } else {
        collect_by_scan();
      }
    }
    return top_.take();
  }

 private:
  // Lists are in ascending order of their bounds: the first few are only looked up.
  std::span<const List> walked() const { return std::span(lists_).subspan(split_); }

  // Decides which lists need only be looked up: those that together cannot reach the threshold, but
  // for the dearest one where the last window had so many candidates that walking it costs less.
  void choose_split() {
    if (split_ > 0) {
      const List& dearest = lists_[split_ - 1];
      const auto postings = static_cast<size_t>(dearest.window_end - dearest.window_first);
      if (candidates_ * kLookUpCost > postings) {
        most_looked_up_ = split_ - 1;
        windows_left_ = kWalkedWindows;
      }
    }
    candidates_ = 0;
    if (windows_left_-- <= 0) most_looked_up_ = lists_.size();
    split_ = 0;
    while (split_ < most_looked_up_ && bounds_[split_] <= top_.threshold()) ++split_;
  }

  // Moves to the next window that has a posting of a list that must be walked.
  bool open_window() {
    choose_split();
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
    for (const List& list : walked()) {
      added += static_cast<size_t>(list.window_end - list.window_first);
      const auto first = static_cast<uint32_t>(first_);
      const auto weight = static_cast<Score>(list.weight);
      for (const ImpactPosting* posting = list.window_first; posting != list.window_end;
           ++posting) {
        scores_[posting->document - first] += static_cast<Score>(posting->impact) * weight;
      }
    }
    return added;
  }

  void collect_by_postings() {
    for (const List& list : walked()) {
      for (const ImpactPosting* posting = list.window_first; posting != list.window_end;
           ++posting) {
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
    ++candidates_;
    for (size_t i = split_; i-- > 0;) {
      if (score + bounds_[i] < top_.threshold()) return;
      const List& list = lists_[i];
      score += list.weight * impact_in_window(list, offset);
    }
    top_.offer({score, document});
  }

  // The impact of a document of this window, or 0. The search starts where the posting would be if
  // the window's were spread evenly, which they nearly are in the long lists that are looked up.
  int64_t impact_in_window(const List& list, uint32_t offset) const {
    const auto document = static_cast<uint32_t>(first_ + offset);
    const auto count = static_cast<size_t>(list.window_end - list.window_first);
    const ImpactPosting* at = list.window_first + count * offset / kWindow;
    while (at != list.window_first && at[-1].document >= document) --at;
    while (at != list.window_end && at->document < document) ++at;
    return at != list.window_end && at->document == document ? at->impact : 0;
  }

  std::vector<List> lists_;
  std::vector<int64_t> bounds_;  // sums of the lists' bounds up to and with each
  size_t split_ = 0;             // lists before it are looked up, lists from it on are walked
  uint64_t first_ = 0;           // the window's first document
  size_t candidates_ = 0;        // of the window: documents whose score had to be completed
  size_t most_looked_up_ = 0;    // an upper limit on split_, for a few windows
  int windows_left_ = 0;
  TopHits top_;
  Score* scores_;
};

}  // namespace

std::vector<ImpactHit> ImpactSearcher::search(std::string_view query, size_t top_k,
                                              const std::stop_token& stop) {
  std::vector<List> lists;
  int64_t most = 0;
  for (const auto [number, weight] : terms_of(query)) {
    const std::span<const ImpactPosting> postings = index_.postings(number);
    const int64_t bound = static_cast<int64_t>(index_.max_impact(number)) * weight;
    most += bound;
    const ImpactPosting* const first = postings.data();
    lists.push_back({first, first + postings.size(), first, first, weight, bound});
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
  std::vector<ImpactHit> hits;
  hits.reserve(best.size());
  for (const auto [score, document] : best) {
    hits.push_back({document, static_cast<double>(score) / kImpactScale});
  }
  return hits;
}

std::vector<ImpactSearcher::Term> ImpactSearcher::terms_of(std::string_view query) const {
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
