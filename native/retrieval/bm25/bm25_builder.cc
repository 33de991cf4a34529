#include "retrieval/bm25/bm25_builder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/errors.h"
#include "retrieval/text/words.h"

namespace querl {
namespace {

constexpr size_t kFirstSlots = 1024;
constexpr size_t kMaxCount = std::numeric_limits<uint32_t>::max() - 1;

// What a built index owns.
struct Arrays {
  std::vector<uint64_t> term_ends;
  std::string term_bytes;
  std::vector<TermSlot> slots;
  std::vector<uint64_t> posting_ends;
  std::vector<uint32_t> max_impacts;
  std::vector<ImpactPosting> postings;
};

double inverse_frequency(double documents, double frequency) {
  return std::log1p((documents - frequency + 0.5) / (frequency + 0.5));
}

// idf · tf / (tf + norm) in units of the index. A term of every document of a large corpus would
// round to nothing, but it must still be found.
uint32_t impact(double idf, double count, double norm) {
  return std::max<int64_t>(1, std::llround(idf * count / (count + norm) * kImpactScale));
}

}  // namespace

Bm25Builder::Bm25Builder(ImpactParameters parameters)
    : parameters_(parameters), slots_(kFirstSlots) {}

void Bm25Builder::add(std::string_view document) {
  if (lengths_.size() >= kMaxCount) {
    throw Error("ERR_QUERL_ARGUMENT", "An index holds at most 4294967294 documents.");
  }
  const uint64_t first = occurrences_.size();
  uint32_t length = 0;
  WordReader reader(document);
  while (reader.next()) {
    const uint32_t number = number_of(reader.word());
    if (length < kMaxCount) ++length;
    if (last_occurrence_[number] > first) {
      ++occurrences_[last_occurrence_[number] - 1].count;
      continue;
    }
    occurrences_.push_back({number, 1});
    last_occurrence_[number] = occurrences_.size();
    ++document_frequency_[number];
  }
  lengths_.push_back(length);
  occurrence_ends_.push_back(occurrences_.size());
  words_ += length;
}

ImpactIndex Bm25Builder::finish() {
  auto arrays = std::make_shared<Arrays>();
  const size_t terms = document_frequency_.size();
  const auto documents = static_cast<double>(lengths_.size());

  std::vector<uint64_t> next(terms);  // where the term's next posting goes
  std::vector<double> idf(terms);
  arrays->posting_ends.resize(terms);
  uint64_t total = 0;
  for (size_t t = 0; t < terms; ++t) {
    next[t] = total;
    total += document_frequency_[t];
    arrays->posting_ends[t] = total;
    idf[t] = inverse_frequency(documents, document_frequency_[t]);
  }

  arrays->postings.resize(total);
  arrays->max_impacts.assign(terms, 0);
  const double mean_length = words_ == 0 ? 1 : static_cast<double>(words_) / documents;
  uint64_t at = 0;
  for (size_t d = 0; d < lengths_.size(); ++d) {
    const double norm =
        parameters_.k1 * (1 - parameters_.b + parameters_.b * lengths_[d] / mean_length);
    for (; at < occurrence_ends_[d]; ++at) {
      const auto [term, count] = occurrences_[at];
      const ImpactPosting posting{static_cast<uint32_t>(d), impact(idf[term], count, norm)};
      arrays->postings[next[term]++] = posting;
      arrays->max_impacts[term] = std::max(arrays->max_impacts[term], posting.impact);
    }
  }

  arrays->term_ends = std::exchange(term_ends_, {});
  arrays->term_bytes = std::exchange(term_bytes_, {});
  arrays->slots = std::exchange(slots_, {});
  const Bm25Counts counts{lengths_.size(), words_};
  *this = Bm25Builder(parameters_);

  const Bm25Arrays views{arrays->term_ends,    arrays->term_bytes,  arrays->slots,
                         arrays->posting_ends, arrays->max_impacts, arrays->postings};
  return ImpactIndex(counts, parameters_, views, std::move(arrays));
}

uint32_t Bm25Builder::number_of(std::string_view wanted) {
  const uint64_t hash = term_hash(wanted);
  const size_t at =
      find_slot(slots_, hash, [&](uint32_t number) { return term(number) == wanted; });
  if (slots_[at].term != 0) return slots_[at].term - 1;

  const size_t number = term_ends_.size();
  if (number >= kMaxCount) {
    throw Error("ERR_QUERL_ARGUMENT", "An index holds at most 4294967294 different words.");
  }
  slots_[at] = {static_cast<uint32_t>(hash >> 32), static_cast<uint32_t>(number + 1)};
  term_bytes_ += wanted;
  term_ends_.push_back(term_bytes_.size());
  document_frequency_.push_back(0);
  last_occurrence_.push_back(0);
  if (term_ends_.size() * 2 > slots_.size()) grow();
  return static_cast<uint32_t>(number);
}

std::string_view Bm25Builder::term(uint32_t number) const {
  const uint64_t first = number == 0 ? 0 : term_ends_[number - 1];
  return std::string_view(term_bytes_).substr(first, term_ends_[number] - first);
}

void Bm25Builder::grow() {
  std::vector<TermSlot> larger(slots_.size() * 2);
  for (uint32_t number = 0; number < term_ends_.size(); ++number) {
    const uint64_t hash = term_hash(term(number));
    const size_t at = find_slot(larger, hash, [](uint32_t) { return false; });
    larger[at] = {static_cast<uint32_t>(hash >> 32), number + 1};
  }
  slots_ = std::move(larger);
}

}  // namespace querl
