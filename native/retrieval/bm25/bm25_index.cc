#include "retrieval/bm25/bm25_index.h"

namespace querl {

uint64_t ImpactIndex::bytes() const {
  return arrays_.term_ends.size_bytes() + arrays_.term_bytes.size_bytes() +
         arrays_.slots.size_bytes() + arrays_.posting_ends.size_bytes() +
         arrays_.max_impacts.size_bytes() + arrays_.postings.size_bytes();
}

std::optional<uint32_t> ImpactIndex::find(std::string_view wanted) const {
  const size_t at = find_slot(arrays_.slots, term_hash(wanted),
                              [&](uint32_t number) { return term(number) == wanted; });
  if (arrays_.slots[at].term == 0) return std::nullopt;
  return arrays_.slots[at].term - 1;
}

std::string_view ImpactIndex::term(uint32_t number) const {
  const uint64_t first = number == 0 ? 0 : arrays_.term_ends[number - 1];
  return {arrays_.term_bytes.data() + first, arrays_.term_ends[number] - first};
}

std::span<const ImpactPosting> ImpactIndex::postings(uint32_t term) const {
  const uint64_t first = term == 0 ? 0 : arrays_.posting_ends[term - 1];
  return arrays_.postings.subspan(first, arrays_.posting_ends[term] - first);
}

}  // namespace querl
