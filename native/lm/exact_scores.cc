#include "lm/exact_scores.h"

#include <algorithm>
#include <deque>
#include <shared_mutex>
#include <span>
#include <utility>

#include "lm/batch_plan.h"
#include "lm/errors.h"

namespace querl {
namespace {

// Passes of groups that one thread takes at a time: enough to fill the last one, few to share.
constexpr int64_t kUnitPasses = 4;

// Rows at the start of a sequence that nothing is asked of.
int64_t leading_rows(const TokenBatch& batch, int64_t sequence, const RowSelection& selection) {
  const int64_t start = batch.offsets[sequence], end = batch.offsets[sequence + 1];
  for (int64_t t = start + 1; t < end; ++t)
    if (selection.reads_before(t)) return t - 1 - start;
  return 0;
}

int64_t common_tokens(const TokenBatch& batch, int64_t a, int64_t b, int64_t most) {
  const int32_t* one = batch.tokens + batch.offsets[a];
  const int32_t* other = batch.tokens + batch.offsets[b];
  return std::mismatch(one, one + most, other).first - one;
}

int64_t whole_pages(int64_t tokens) { return tokens / kPageTokens * kPageTokens; }

// One thread's work on some groups: rows are added one after the other and computed when a pass is
// full. The pages of a sequence live from its first row to the pass with its last one.
class ScorePasses {
 public:
  ScorePasses(const Parameters& parameters, Decoder& decoder, const TokenBatch& batch,
              const float* weights, const LogitOptions& options, std::stop_token stop,
              int64_t pages)
      : parameters_(parameters),
        decoder_(decoder),
        pool_(decoder.make_store(pages), pages),
        batch_(batch),
        selection_{weights},
        options_(options),
        stop_(std::move(stop)) {}

  // Pages that run() holds at most.
  static int64_t pages(const TokenBatch& batch, std::span<const ScoreGroup> groups,
                       const RowSelection& selection) {
    int64_t count = 0;
    for (const ScoreGroup& group : groups) {
      count += group.shared / kPageTokens;
      for (int64_t i = group.first; i < group.end; ++i)
        count += KvPages::pages_for(computed_rows(batch, i, selection));
    }
    return std::max<int64_t>(count, 1);
  }

  void run(std::span<const ScoreGroup> groups, float* logprobs) {
    std::vector<std::unique_ptr<KvPages>> shared;
    for (const ScoreGroup& group : groups) {
      shared.push_back(std::make_unique<KvPages>(pool_));
      take(shared.back()->reserve(group.shared));
      add_rows(group.first, 0, group.shared, *shared.back(), logprobs, false);
    }
    compute(logprobs);  // a fork takes what is there
    for (size_t g = 0; g < groups.size(); ++g)
      for (int64_t i = groups[g].first; i < groups[g].end; ++i) {
        const int64_t rows = computed_rows(batch_, i, selection_);
        if (rows == 0) continue;
        KvPages& pages = *live_.emplace_back(std::make_unique<KvPages>(pool_));
        take(pages.fork(*shared[g], groups[g].shared));
        take(pages.reserve(rows));
        add_rows(i, groups[g].shared, rows, pages, logprobs, true);
      }
    compute(logprobs);
    live_.clear();
  }

 private:
  // The pool has as many pages as pages() said.
  static void take(bool has_room) {
    if (!has_room) throw Error("ERR_QUERL_NATIVE", "Too few pages for the scores of a batch.");
  }

  void add_rows(int64_t sequence, int64_t from, int64_t end, const KvPages& pages, float* logprobs,
                bool scores) {
    const int64_t start = batch_.offsets[sequence];
    for (int64_t i = from; i < end; ++i) {
      const int64_t next = start + i + 1;
      const RowRequest* request = nullptr;
      if (scores && selection_.reads_before(next)) {
        RowRequest& wanted = requests_.emplace_back();
        wanted.sampling.temperature = options_.temperature;
        wanted.sampling.banned = options_.banned.data();
        wanted.sampling.banned_count = static_cast<int64_t>(options_.banned.size());
        wanted.target = batch_.tokens[next];
        request = &wanted;
      }
      rows_.push_back({batch_.tokens[start + i], static_cast<int32_t>(i), &pages, request});
      targets_.push_back(next);
      if (static_cast<int64_t>(rows_.size()) == decoder_.pass_rows()) compute(logprobs);
    }
  }

  void compute(float* logprobs) {
    if (rows_.empty()) return;
    if (stop_.stop_requested()) throw Cancelled();
    results_.assign(rows_.size(), {});
    {
      const std::shared_lock reading(parameters_.mutex());
      decoder_.run(rows_, results_);
    }
    for (size_t i = 0; i < rows_.size(); ++i)
      if (rows_[i].request != nullptr) logprobs[targets_[i]] = results_[i].sample.logprob;
    // All but the sequence that the next row may belong to have no row any more.
    while (live_.size() > 1) live_.pop_front();
    rows_.clear();
    targets_.clear();
    requests_.clear();
  }

  const Parameters& parameters_;
  Decoder& decoder_;
  KvPool pool_;
  const TokenBatch& batch_;
  const RowSelection selection_;
  const LogitOptions& options_;
  const std::stop_token stop_;

  std::deque<std::unique_ptr<KvPages>> live_;  // of sequences whose rows are in the next pass
  std::vector<DecodeRow> rows_;
  std::vector<int64_t> targets_;  // of rows_: the token of the batch behind it
  std::deque<RowRequest> requests_;
  std::vector<RowResult> results_;
};

// Where each unit of work begins: runs of groups of about so many rows.
std::vector<size_t> plan_units(const TokenBatch& batch, const std::vector<ScoreGroup>& groups,
                               const RowSelection& selection, int64_t rows) {
  std::vector<size_t> starts;
  int64_t in_unit = rows;
  for (size_t g = 0; g < groups.size(); ++g) {
    if (in_unit >= rows) {
      starts.push_back(g);
      in_unit = 0;
    }
    in_unit += groups[g].shared;
    for (int64_t i = groups[g].first; i < groups[g].end; ++i)
      in_unit += computed_rows(batch, i, selection) - groups[g].shared;
  }
  starts.push_back(groups.size());
  return starts;
}

}  // namespace

std::vector<ScoreGroup> plan_score_groups(const TokenBatch& batch, const float* weights) {
  const RowSelection selection{weights};
  std::vector<ScoreGroup> groups;
  for (int64_t i = 0; i < batch.sequences; ++i) {
    const int64_t own = whole_pages(leading_rows(batch, i, selection));
    if (!groups.empty()) {
      ScoreGroup& group = groups.back();
      const bool is_pair = group.end - group.first > 1;
      const int64_t most = std::min(group.shared, own);
      const int64_t shared = whole_pages(common_tokens(batch, i - 1, i, most));
      if (shared > 0 && (!is_pair || 2 * shared >= group.shared)) {
        group.shared = shared;
        group.end = i + 1;
        continue;
      }
      if (!is_pair) group.shared = 0;  // with nobody
    }
    groups.push_back({i, i + 1, own});
  }
  if (!groups.empty() && groups.back().end - groups.back().first == 1) groups.back().shared = 0;
  return groups;
}

ExactScorer::ExactScorer(const Parameters& parameters,
                         std::vector<std::unique_ptr<Decoder>> decoders)
    : parameters_(parameters),
      decoders_(std::move(decoders)),
      pool_(static_cast<int>(decoders_.size())) {}

void ExactScorer::score(const TokenBatch& batch, const float* weights, const LogitOptions& options,
                        float* logprobs, std::stop_token stop) {
  std::fill_n(logprobs, batch.count(), 0.f);
  const RowSelection selection{weights};
  const std::vector<ScoreGroup> groups = plan_score_groups(batch, weights);
  const auto units = plan_units(batch, groups, selection, kUnitPasses * decoders_[0]->pass_rows());
  const auto groups_of = [&](size_t unit) {
    return std::span(groups).subspan(units[unit], units[unit + 1] - units[unit]);
  };
  const size_t count = units.size() - 1;
  int64_t pages = 1;
  for (size_t unit = 0; unit < count; ++unit)
    pages = std::max(pages, ScorePasses::pages(batch, groups_of(unit), selection));
  std::vector<std::unique_ptr<ScorePasses>> passes(decoders_.size());
  pool_.run(static_cast<int64_t>(count), [&](int64_t unit, int thread) {
    auto& own = passes[static_cast<size_t>(thread)];
    if (own == nullptr)
      own = std::make_unique<ScorePasses>(parameters_, *decoders_[static_cast<size_t>(thread)],
                                          batch, weights, options, stop, pages);
    own->run(groups_of(static_cast<size_t>(unit)), logprobs);
  });
}

}  // namespace querl
