#include "retrieval/bm25/searcher.h"

#include <algorithm>
#include <optional>

#include "base/errors.h"
#include "retrieval/bm25/posting_score.h"
#include "retrieval/bm25/scout.h"
#include "retrieval/bm25/segment_search.h"
#include "retrieval/bm25/small_search.h"

namespace querl {
namespace {

// Windows that are scored first where the scout finds nothing.
constexpr size_t kSeeds = 8;

// Windows are scored together with windows before that are so near; those between are scored with
// them although they need not be.
constexpr uint32_t kNear = 3;

// Runs grow to kMostWindows, since what the first ones find spares the others work.
constexpr uint32_t kFirstRun = 4;

struct Window {
  int32_t bound;
  uint32_t segment;
  uint32_t number;
};

}  // namespace

class Bm25Searcher::Engine {
 public:
  Engine(std::shared_ptr<const Bm25Index> index, const Bm25Parameters& parameters)
      : index_(std::move(index)) {
    for (size_t field = 0; field < index_->settings().fields.size(); ++field) {
      formulas_.emplace_back(parameters, index_->statistics(field));
      records_.emplace_back(formulas_.back());
    }
    lengths_.resize(index_->segments().size());
  }

  std::vector<Hit> search(std::span<const QueryTerm> terms, size_t top_k,
                          const DocumentSet* allowed, const std::stop_token& stop);
  Explanation explain(std::span<const QueryTerm> terms, uint32_t ordinal);

 private:
  std::span<const LengthTables> lengths(size_t segment);
  void search_windows(const QueryPlan& plan, const DocumentSet* allowed, BestHits& best,
                      const std::stop_token& stop);
  static int32_t reached_by_seeds(std::vector<SegmentSearch>& searches, size_t top_k);
  void score_rest(SegmentSearch& search, BestHits& best, const std::stop_token& stop);

  std::shared_ptr<const Bm25Index> index_;
  std::vector<Bm25Formula> formulas_;               // by field
  std::vector<RecordTables> records_;               // by field
  std::vector<std::vector<LengthTables>> lengths_;  // by segment, once needed, and field
  SearchScratch scratch_;
  Scout scout_;
  SmallSearch small_;
};

std::vector<Hit> Bm25Searcher::Engine::search(std::span<const QueryTerm> terms, size_t top_k,
                                              const DocumentSet* allowed,
                                              const std::stop_token& stop) {
  if (stop.stop_requested()) throw Cancelled();
  const QueryPlan plan = plan_query(*index_, formulas_, terms);
  top_k = static_cast<size_t>(std::min<uint64_t>(top_k, index_->documents()));
  if (plan.terms.empty() || top_k == 0) return {};

  BestHits best(top_k);
  try {
    if (SmallSearch::suits(*index_, plan)) {
      for (size_t i = 0; i < index_->segments().size(); ++i) {
        small_.search(index_->segments()[i], i, plan, lengths(i), allowed, best);
      }
    } else {
      search_windows(plan, allowed, best, stop);
    }
  } catch (...) {  // sums that were not finished must not enter the next search
    scratch_ = {};
    scout_ = {};
    small_ = SmallSearch();
    throw;
  }
  std::vector<Hit> hits;
  for (const auto [score, ordinal] : best.take()) {
    hits.push_back({ordinal, plan.unit.score(score) + plan.absent});
  }
  return hits;
}

void Bm25Searcher::Engine::search_windows(const QueryPlan& plan, const DocumentSet* allowed,
                                          BestHits& best, const std::stop_token& stop) {
  std::vector<SegmentSearch> searches;
  searches.reserve(index_->segments().size());
  for (size_t i = 0; i < index_->segments().size(); ++i) {
    if (stop.stop_requested()) throw Cancelled();
    searches.emplace_back(index_->segments()[i], i, plan, lengths(i), allowed, scratch_);
  }
  for (SegmentSearch& search : searches) search.bound_windows(plan, records_);
  const int32_t reached = scout_.reached_score(plan, searches, best.capacity());
  best.expect(reached > 0 ? reached : reached_by_seeds(searches, best.capacity()));
  for (SegmentSearch& search : searches) score_rest(search, best, stop);
}

// The score that top_k documents of the windows with the highest bounds reach, or 1.
int32_t Bm25Searcher::Engine::reached_by_seeds(std::vector<SegmentSearch>& searches, size_t top_k) {
  BestHits best(top_k);
  std::vector<Window> windows;
  for (uint32_t s = 0; s < searches.size(); ++s) {
    const std::span<const int32_t> bounds = searches[s].bounds();
    for (uint32_t w = 0; w < bounds.size(); ++w) {
      if (bounds[w] > 0) windows.push_back({bounds[w], s, w});
    }
  }
  if (windows.size() <= kSeeds) return 1;
  const auto end = windows.begin() + kSeeds;
  std::partial_sort(windows.begin(), end, windows.end(),
                    [](const Window& a, const Window& b) { return a.bound > b.bound; });
  for (auto window = windows.begin(); window != end; ++window) {
    if (window->bound < best.needed(0)) break;
    SegmentSearch& search = searches[window->segment];
    search.score_windows(window->number, window->number + 1, best);
  }
  return best.needed(0);
}

// Runs of windows that can have hits.
void Bm25Searcher::Engine::score_rest(SegmentSearch& search, BestHits& best,
                                      const std::stop_token& stop) {
  const std::span<const int32_t> bounds = search.bounds();
  const auto windows = static_cast<uint32_t>(bounds.size());
  uint32_t most = kFirstRun;
  for (uint32_t begin = 0; begin < windows; ++begin) {
    const int32_t needed = best.needed(0);
    if (bounds[begin] < needed) continue;
    if (stop.stop_requested()) throw Cancelled();
    uint32_t end = begin + 1;
    const uint32_t limit = std::min(windows, begin + most);
    for (uint32_t next = end; next < limit && next < end + kNear; ++next) {
      if (bounds[next] >= needed) end = next + 1;
    }
    search.score_windows(begin, end, best);
    begin = end - 1;
    most = std::min(2 * most, kMostWindows);
  }
}

std::span<const LengthTables> Bm25Searcher::Engine::lengths(size_t segment) {
  std::vector<LengthTables>& tables = lengths_[segment];
  if (tables.empty()) {
    std::vector<LengthTables> made;
    for (size_t field = 0; field < formulas_.size(); ++field) {
      made.emplace_back(formulas_[field], index_->segments()[segment].segment->lengths(field));
    }
    tables = std::move(made);
  }
  return tables;
}

Explanation Bm25Searcher::Engine::explain(std::span<const QueryTerm> terms, uint32_t ordinal) {
  const std::span<const SegmentView> segments = index_->segments();
  size_t number = 0;
  std::optional<uint32_t> document;
  while (number < segments.size()) {
    document = segments[number].segment->document_of(ordinal);
    if (document) break;
    ++number;
  }
  if (!document) {
    throw Error("ERR_QUERL_ARGUMENT", "Expected the ordinal of a document of the index, but got " +
                                          std::to_string(ordinal) + ".");
  }

  const QueryPlan plan = plan_query(*index_, formulas_, terms);
  const Segment& segment = *segments[number].segment;
  Explanation explanation;
  int32_t units = 0;
  for (const PlannedTerm& term : plan.terms) {
    const Bm25Formula& formula = formulas_[term.field];
    const LengthTables& tables = lengths(number)[term.field];
    const float gain = plan.unit.gain(term.gain);
    TermExplanation part{.field = term.field,
                         .token = term.token,
                         .weight = term.weight,
                         .document_frequency = term.document_frequency,
                         .idf = term.idf,
                         .length = formula.used_length(tables.length(*document)),
                         .mean_length = formula.mean_length(),
                         .absent = formula.absent(term.idf) * term.weight};
    if (const std::optional<TermInfo>& info = term.segments[number]) {
      const SectionView section = segment.postings(term.field);
      const PostingList list(section, info->first, info->bytes, info->document_frequency,
                             segment.documents());
      part.count = PostingCursor(list, section, gain, tables).count(*document);
    }
    if (part.count > 0) {
      const double norm = formula.norm(tables.length(*document));
      const int32_t score = posting_score(gain, part.count, tables.norm(*document));
      part.contribution = term.gain * part.count / (part.count + norm);
      part.counted = plan.unit.score(score);
      units += score;
    }
    explanation.is_hit |= part.count > 0;
    explanation.terms.push_back(std::move(part));
  }
  explanation.score = plan.unit.score(units) + plan.absent;
  explanation.documents = plan.terms.empty() ? 0 : formulas_[plan.terms[0].field].documents();
  return explanation;
}

Bm25Searcher::Bm25Searcher(std::shared_ptr<const Bm25Index> index, const Bm25Parameters& parameters)
    : engine_(std::make_unique<Engine>(std::move(index), parameters)) {}
Bm25Searcher::~Bm25Searcher() = default;
Bm25Searcher::Bm25Searcher(Bm25Searcher&&) noexcept = default;
Bm25Searcher& Bm25Searcher::operator=(Bm25Searcher&&) noexcept = default;

std::vector<Hit> Bm25Searcher::search(std::span<const QueryTerm> terms, size_t top_k,
                                      const DocumentSet* allowed, const std::stop_token& stop) {
  return engine_->search(terms, top_k, allowed, stop);
}

Explanation Bm25Searcher::explain(std::span<const QueryTerm> terms, uint32_t ordinal) {
  return engine_->explain(terms, ordinal);
}

}  // namespace querl
