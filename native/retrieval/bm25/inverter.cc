#include "retrieval/bm25/inverter.h"

#include <algorithm>
#include <stdexcept>

#include "base/errors.h"
#include "retrieval/bm25/posting_format.h"

namespace querl {
namespace {

constexpr size_t kAhead = 16;  // records for which is prefetched

// What is wrong of a document, for whoever knows its key.
class Oversize : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace

Inverter::Inverter(std::shared_ptr<const Analyzer> analyzer, size_t fields)
    : reader_(std::move(analyzer)), fields_(fields) {}

std::vector<RunField> Inverter::invert(std::span<const DocumentInput> documents,
                                       uint32_t first_document, const std::stop_token& stop) {
  std::vector<RunField> runs(fields_.size());
  for (Field& field : fields_) field.clear();
  for (RunField& run : runs) {
    run.first_document = first_document;
    run.lengths.reserve(documents.size());
  }
  for (const DocumentInput& document : documents) {
    if (stop.stop_requested()) throw Cancelled();
    try {
      for (size_t f = 0; f < fields_.size(); ++f) {
        if (f < document.fields.size()) count(f, document.fields[f]);
        runs[f].lengths.push_back(fields_[f].end_document());
      }
    } catch (const Oversize& error) {
      throw Error("ERR_QUERL_ARGUMENT",
                  "The document \"" + document.key.value_or("?") + "\" " + error.what());
    }
  }
  for (size_t f = 0; f < fields_.size(); ++f) fields_[f].write(runs[f]);
  return runs;
}

void Inverter::count(size_t field, const FieldInput& input) {
  if (const auto* text = std::get_if<std::string>(&input)) {
    reader_.start(*text);
    while (reader_.next()) fields_[field].count(reader_.token());
  } else {
    for (const std::string& token : std::get<1>(input)) fields_[field].count(token);
  }
}

void Inverter::Field::count(std::string_view token) {
  if (token.size() > kLongestToken) {
    throw Oversize("has a word of " + std::to_string(token.size()) +
                   " bytes, where an index takes 1 MiB at most. Take it out of the text, "
                   "or build with an analyzer that leaves long words out, as { maxLength: "
                   "1000 } does (--analyzer '{\"maxLength\":1000}').");
  }
  if (waits_ == kWaiting) count_waiting();
  TokenKey& key = waiting_[waits_++];
  key = TokenKey(token);
  if (!key.is_inline()) {
    key.words[1] = long_.size();
    long_ += token;
  }
  table_.prefetch_slot(key);
}

void Inverter::Field::count_waiting() {
  const auto keys = std::span(waiting_).first(waits_);
  for (const TokenKey& key : keys) table_.prefetch_token(key);
  for (const TokenKey& key : keys) {
    const std::string_view text = key.is_inline()
                                      ? std::string_view()
                                      : std::string_view(long_).substr(key.words[1], key.bytes);
    const uint32_t number = table_.number_of(key, text);
    if (table_[number].count++ == 0) touched_.push_back(number);
  }
  length_ += waits_;
  waits_ = 0;
  long_.clear();
  if (length_ > kMaxCount) {
    throw Oversize("has 2^31 words or more, which is more than an index takes.");
  }
}

uint32_t Inverter::Field::end_document() {
  count_waiting();
  for (const uint32_t number : touched_) {
    TokenTable::Token& token = table_[number];
    records_.push_back({number, token.count});
    ++token.document_frequency;
    token.occurrences += token.count;
    token.count = 0;
  }
  touched_.clear();
  ends_.push_back(records_.size());
  const auto length = static_cast<uint32_t>(length_);
  length_ = 0;
  return length;
}

void Inverter::Field::write(RunField& out) {
  sort_tokens();
  sort_postings();
  uint64_t first = 0;
  for (size_t i = 0; i < sorted_.size(); ++i) {
    if (i + kAhead < sorted_.size()) __builtin_prefetch(&table_[sorted_[i + kAhead].token]);
    const TokenTable::Token& token = table_[sorted_[i].token];
    writer_.add(table_.text(token), std::span(postings_).subspan(first, token.document_frequency),
                token.occurrences);
    first += token.document_frequency;
  }
  writer_.finish(out);
  out.postings = records_.size();
}

void Inverter::Field::sort_tokens() {
  sorted_.resize(table_.size());
  for (uint32_t number = 0; number < table_.size(); ++number) {
    sorted_[number] = {TokenTable::prefix(table_[number]), number};
  }
  std::sort(sorted_.begin(), sorted_.end(), [this](const Sorted& a, const Sorted& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return table_.text(table_[a.token]) < table_.text(table_[b.token]);
  });
}

void Inverter::Field::sort_postings() {
  uint32_t sum = 0;
  for (size_t i = 0; i < sorted_.size(); ++i) {
    if (i + kAhead < sorted_.size()) __builtin_prefetch(&table_[sorted_[i + kAhead].token], 1);
    TokenTable::Token& token = table_[sorted_[i].token];
    token.next = sum;
    sum += token.document_frequency;
  }
  postings_.resize(records_.size());
  uint32_t document = 0;
  for (size_t at = 0; at < records_.size(); ++at) {
    while (at == ends_[document]) ++document;
    // First the token's place in the table is fetched, then the place of its posting.
    if (at + 2 * kAhead < records_.size()) {
      __builtin_prefetch(&table_[records_[at + 2 * kAhead].token], 1);
      __builtin_prefetch(&postings_[table_[records_[at + kAhead].token].next], 1);
    }
    postings_[table_[records_[at].token].next++] = {document, records_[at].count};
  }
}

void Inverter::Field::clear() {
  table_.clear();
  waits_ = 0;
  long_.clear();
  touched_.clear();
  length_ = 0;
  records_.clear();
  ends_.clear();
}

}  // namespace querl
