#include "retrieval/bm25/inverter.h"

#include <algorithm>

#include "base/errors.h"
#include "retrieval/bm25/posting_format.h"

namespace querl {
namespace {

constexpr size_t kLongestToken = 1 << 20;
constexpr size_t kAhead = 16;  // records for which is prefetched

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
    for (size_t f = 0; f < fields_.size(); ++f) {
      if (f < document.fields.size()) {
        if (const auto* text = std::get_if<std::string>(&document.fields[f])) {
          reader_.start(*text);
          while (reader_.next()) fields_[f].count(reader_.token());
        } else {
          for (const std::string& token : std::get<1>(document.fields[f])) fields_[f].count(token);
        }
      }
      runs[f].lengths.push_back(fields_[f].end_document());
    }
  }
  for (size_t f = 0; f < fields_.size(); ++f) fields_[f].write(runs[f]);
  return runs;
}

void Inverter::Field::count(std::string_view token) {
  if (token.size() > kLongestToken) {
    throw Error("ERR_QUERL_ARGUMENT", "Expected tokens of at most 1 MiB, but got one of " +
                                          std::to_string(token.size()) +
                                          " bytes. An analyzer with maxLength leaves them out.");
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
    throw Error("ERR_QUERL_ARGUMENT", "Expected documents of less than 2^31 tokens.");
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
