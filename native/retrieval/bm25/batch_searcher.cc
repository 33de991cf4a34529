#include "retrieval/bm25/batch_searcher.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "base/errors.h"

namespace querl {
namespace {

using Clock = std::chrono::steady_clock;

// Starting and ending a thread takes some tens of microseconds: with less than
// this left to do, a thread more is no gain.
constexpr auto kWorthAThread = std::chrono::microseconds(200);

}  // namespace

struct BatchSearcher::Lane {
  Lane(const std::shared_ptr<const Bm25Index>& index, const Bm25Parameters& parameters,
       std::shared_ptr<const Analyzer> analyzer)
      : searcher(index, parameters), tokens(std::move(analyzer)), index(*index) {}

  std::span<const QueryTerm> terms_of(const Query& query) {
    terms.clear();
    if (const auto* text = std::get_if<std::string>(&query)) {
      tokens.start(*text);
      while (tokens.next()) add(tokens.token());
    } else {
      for (const std::string& token : std::get<std::vector<std::string>>(query)) add(token);
    }
    return terms;
  }

  // A word is looked for in every field.
  void add(std::string_view token) {
    const auto& fields = index.settings().fields;
    for (uint32_t field = 0; field < fields.size(); ++field) {
      terms.push_back({field, std::string(token), static_cast<float>(fields[field].weight)});
    }
  }

  Bm25Searcher searcher;
  TokenReader tokens;
  const Bm25Index& index;
  std::vector<QueryTerm> terms;
};

BatchSearcher::BatchSearcher(std::shared_ptr<const Bm25Index> index,
                             const Bm25Parameters& parameters)
    : index_(std::move(index)),
      parameters_(parameters),
      analyzer_(Analyzer::make(index_->settings().analyzer)) {}

BatchSearcher::~BatchSearcher() = default;

BatchSearcher::Lane& BatchSearcher::lane(size_t number) {
  while (lanes_.size() <= number) {
    lanes_.push_back(std::make_unique<Lane>(index_, parameters_, analyzer_));
  }
  return *lanes_[number];
}

std::vector<std::vector<Hit>> BatchSearcher::search(std::span<const Query> queries, size_t top_k,
                                                    const DocumentSet* allowed, int threads,
                                                    const std::stop_token& stop) {
  index_->check_files();
  std::vector<std::vector<Hit>> found(queries.size());
  std::atomic<size_t> next = 0;
  std::mutex failing;
  std::exception_ptr failure;

  const auto one = [&](Lane& lane) {
    const size_t query = next.fetch_add(1, std::memory_order_relaxed);
    if (query >= queries.size()) return false;
    found[query] = lane.searcher.search(lane.terms_of(queries[query]), top_k, allowed, stop);
    return true;
  };
  const auto rest = [&](Lane& lane) {
    try {
      while (one(lane)) {
      }
    } catch (...) {
      next = queries.size();  // the others end soon
      const std::lock_guard lock(failing);
      if (!failure) failure = std::current_exception();
    }
  };

  Lane& own = lane(0);
  {
    std::vector<std::jthread> helpers;  // joined at the end of this block
    const Clock::time_point begin = Clock::now();
    for (size_t done = 1; threads > 1 && done < queries.size() && helpers.empty(); ++done) {
      one(own);
      const auto left = queries.size() - done;
      if ((Clock::now() - begin) / done * left < kWorthAThread) continue;
      const size_t count = std::min<size_t>(static_cast<size_t>(threads) - 1, left);
      for (size_t i = 0; i < count; ++i) lane(i + 1);  // all of them first: the vector moves
      for (size_t i = 0; i < count; ++i) {
        helpers.emplace_back([&rest, &mine = lane(i + 1)] { rest(mine); });
      }
    }
    rest(own);
  }
  index_->check_files();  // first: zeros can be the reason for whatever failed
  if (failure) std::rethrow_exception(failure);
  return found;
}

Explanation BatchSearcher::explain(const Query& query, uint32_t ordinal) {
  index_->check_files();
  Lane& own = lane(0);
  try {
    Explanation explanation = own.searcher.explain(own.terms_of(query), ordinal);
    index_->check_files();
    return explanation;
  } catch (const Error&) {
    index_->check_files();
    throw;
  }
}

}  // namespace querl
