#include "retrieval/bm25/query_plan.h"

#include <algorithm>
#include <tuple>

#include "base/errors.h"

namespace querl {
namespace {

constexpr float kMostWeight = 1e6f;  // sums of millions of them are far from the end of float32

// Equal terms as one, with the sum of their weights; those of weight 0 are left out.
std::vector<PlannedTerm> merged(std::span<const QueryTerm> terms, size_t fields) {
  std::vector<PlannedTerm> planned;
  planned.reserve(terms.size());
  for (const QueryTerm& term : terms) {
    if (term.field >= fields) {
      throw Error("ERR_QUERL_ARGUMENT", "Expected a field below " + std::to_string(fields) +
                                            ", but got " + std::to_string(term.field) + ".");
    }
    if (!(term.weight >= 0 && term.weight <= kMostWeight)) {
      throw Error("ERR_QUERL_ARGUMENT",
                  "Expected a term's weight to be a number from 0 to 1000000, but got " +
                      std::to_string(term.weight) + ".");
    }
    if (term.weight == 0) continue;
    planned.push_back({term.field, term.token, term.weight, 0, 0, 0, {}});
  }
  const auto place = [](const PlannedTerm& term) { return std::tie(term.field, term.token); };
  std::stable_sort(planned.begin(), planned.end(),
                   [&](const PlannedTerm& a, const PlannedTerm& b) { return place(a) < place(b); });
  size_t kept = 0;
  for (size_t i = 0; i < planned.size(); ++i) {
    if (kept > 0 && place(planned[kept - 1]) == place(planned[i])) {
      planned[kept - 1].weight += planned[i].weight;
    } else if (kept++ != i) {
      planned[kept - 1] = std::move(planned[i]);
    }
  }
  planned.erase(planned.begin() + static_cast<ptrdiff_t>(kept), planned.end());
  return planned;
}

}  // namespace

QueryPlan plan_query(const Bm25Index& index, std::span<const Bm25Formula> formulas,
                     std::span<const QueryTerm> terms) {
  QueryPlan plan;
  double gains = 0;
  for (PlannedTerm& term : merged(terms, formulas.size())) {
    for (const SegmentView& view : index.segments()) {
      term.segments.push_back(view.segment->find(term.field, term.token));
      if (term.segments.back()) term.document_frequency += term.segments.back()->document_frequency;
    }
    if (term.document_frequency == 0) continue;
    const Bm25Formula& formula = formulas[term.field];
    term.idf = formula.idf(term.document_frequency);
    term.gain = formula.gain(term.idf) * term.weight;
    gains += term.gain;
    plan.absent += formula.absent(term.idf) * term.weight;
    plan.terms.push_back(std::move(term));
  }
  plan.unit = ScoreUnit(gains);
  return plan;
}

}  // namespace querl
