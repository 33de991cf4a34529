#include "retrieval/bm25/inverter.h"

#include <algorithm>

#include "base/errors.h"
#include "retrieval/bm25/posting_format.h"
#include "retrieval/bm25/term_prefix.h"
#include "retrieval/bm25/varint.h"

namespace querl {
namespace {

constexpr size_t kLongestToken = 1 << 20;

char* put_varint(char* at, uint64_t value) {
  for (; value >= 0x80; value >>= 7) *at++ = static_cast<char>(value | 0x80);
  *at++ = static_cast<char>(value);
  return at;
}

}  // namespace

Inverter::Inverter(std::shared_ptr<const Analyzer> analyzer, size_t fields)
    : reader_(std::move(analyzer)), fields_(fields) {}

InvertedRun Inverter::invert(std::span<const DocumentInput> documents, uint32_t first_document,
                             const std::stop_token& stop) {
  InvertedRun run;
  run.fields.resize(fields_.size());
  run.documents = static_cast<uint32_t>(documents.size());
  for (InvertedRun::Field& field : run.fields) field.lengths.reserve(documents.size());
  for (Field& field : fields_) field.clear();
  for (const DocumentInput& document : documents) {
    if (stop.stop_requested()) throw Cancelled();
    for (size_t f = 0; f < fields_.size(); ++f) {
      if (f < document.fields.size()) {
        if (const auto* text = std::get_if<std::string>(&document.fields[f])) {
          reader_.start(*text);
          while (reader_.next()) fields_[f].count(reader_.token());
        } else {
          for (const std::string& token : std::get<1>(document.fields[f])) fields_[f].count(token);
        }
      }
      run.fields[f].lengths.push_back(fields_[f].end_document());
    }
  }
  for (size_t f = 0; f < fields_.size(); ++f) fields_[f].write(first_document, run.fields[f]);
  return run;
}

void Inverter::Field::count(std::string_view token) {
  if (token.size() > kLongestToken) {
    throw Error("ERR_QUERL_ARGUMENT", "Expected tokens of at most 1 MiB, but got one of " +
                                          std::to_string(token.size()) + " bytes.");
  }
  const uint32_t term = table_.number_of(token);
  if (term == counts_.size()) counts_.push_back(0);
  if (counts_[term]++ == 0) touched_.push_back(term);
  ++length_;
}

uint32_t Inverter::Field::end_document() {
  if (length_ > kMaxCount) {
    throw Error("ERR_QUERL_ARGUMENT", "Expected documents of less than 2^31 tokens.");
  }
  document_frequency_.resize(table_.size());
  occurrences_.resize(table_.size());
  for (const uint32_t term : touched_) {
    records_.push_back({term, counts_[term]});
    ++document_frequency_[term];
    occurrences_[term] += counts_[term];
    counts_[term] = 0;
  }
  touched_.clear();
  ends_.push_back(records_.size());
  const auto length = static_cast<uint32_t>(length_);
  length_ = 0;
  return length;
}

void Inverter::Field::write(uint32_t first_document, InvertedRun::Field& out) {
  next_.resize(table_.size());
  uint64_t sum = 0;
  for (uint32_t term = 0; term < table_.size(); ++term) {
    next_[term] = sum;
    sum += document_frequency_[term];
  }
  postings_.resize(records_.size());
  uint64_t at = 0;
  for (size_t d = 0; d < ends_.size(); ++d) {
    const uint32_t document = first_document + static_cast<uint32_t>(d);
    for (; at < ends_[d]; ++at) {
      postings_[next_[records_[at].term]++] = {document, records_[at].count};
    }
  }

  RunFieldWriter writer;
  std::vector<char> list;
  for (const uint32_t term : sorted_terms()) {
    const uint32_t frequency = document_frequency_[term];
    const Record* const postings = postings_.data() + next_[term] - frequency;
    list.resize(std::max(list.size(), size_t{frequency} * 10));
    char* end = put_varint(list.data(), postings[0].count);
    for (uint32_t i = 1; i < frequency; ++i) {
      const uint32_t skipped = postings[i].term - postings[i - 1].term - 1;
      const uint32_t count = postings[i].count;
      end = put_varint(end, uint64_t{skipped} * 2 + (count > 1));
      if (count > 1) end = put_varint(end, count - 2);
    }
    const RunList whole{
        frequency, occurrences_[term], postings[0].term, postings[frequency - 1].term,
        std::as_bytes(std::span(list.data(), static_cast<size_t>(end - list.data())))};
    writer.add(table_.token(term), std::span(&whole, 1), out.bytes);
  }
  out.postings = records_.size();
  out.bytes.shrink_to_fit();  // runs wait in memory, and the budget counts them
}

std::vector<uint32_t> Inverter::Field::sorted_terms() const {
  struct Entry {
    uint64_t prefix;
    uint32_t term;
  };
  std::vector<Entry> entries(table_.size());
  for (uint32_t term = 0; term < table_.size(); ++term) {
    entries[term] = {term_prefix(table_.token(term)), term};
  }
  std::sort(entries.begin(), entries.end(), [this](const Entry& a, const Entry& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return table_.token(a.term) < table_.token(b.term);
  });
  std::vector<uint32_t> terms(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) terms[i] = entries[i].term;
  return terms;
}

void Inverter::Field::clear() {
  table_.clear();
  counts_.clear();
  touched_.clear();
  length_ = 0;
  records_.clear();
  ends_.clear();
  document_frequency_.clear();
  occurrences_.clear();
}

}  // namespace querl
