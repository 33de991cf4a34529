#include "retrieval/bm25/term_dictionary.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "retrieval/bm25/term_prefix.h"
#include "retrieval/bm25/varint.h"

namespace querl {
namespace {

constexpr uint64_t kBlockTerms = 16;

// Where a block of terms lies. Entries of the same prefix are told apart by the terms themselves.
struct BlockEntry {
  uint64_t prefix;  // the first term's first eight bytes, the first one highest; zeros behind
  uint64_t first;   // in the section of terms
  uint64_t first_posting;  // where its first term's list begins
};

}  // namespace

TermDictionary::TermDictionary(SectionView terms, SectionView blocks, Limits limits)
    : terms_(terms), blocks_(blocks), limits_(limits) {
  const uint64_t count = limits.terms / kBlockTerms + (limits.terms % kBlockTerms != 0);
  if (blocks.size() / sizeof(BlockEntry) != count || blocks.size() % sizeof(BlockEntry) != 0) {
    blocks_.corrupt("has another number of blocks than the segment");
  }
}

std::optional<TermInfo> TermDictionary::find(std::string_view term) const {
  const uint64_t prefix = term_prefix(term);
  TermCursor cursor(*this);
  // The last block that does not begin behind the term.
  uint64_t first = 0, last = blocks_.size() / sizeof(BlockEntry);
  while (first < last) {
    const uint64_t middle = first + (last - first) / 2;
    const uint64_t other = blocks_.array<BlockEntry>(middle, 1)[0].prefix;
    bool is_behind = other > prefix;
    if (other == prefix) {
      cursor.open_block(middle);
      cursor.next();
      is_behind = cursor.term() > term;
    }
    if (is_behind) {
      last = middle;
    } else {
      first = middle + 1;
    }
  }
  if (first == 0) return std::nullopt;
  cursor.open_block(first - 1);
  const uint64_t end = std::min(first * kBlockTerms, limits_.terms);
  while (cursor.number_ < end && cursor.next()) {
    const int order = cursor.term().compare(term);
    if (order == 0) return cursor.info();
    if (order > 0) return std::nullopt;
  }
  return std::nullopt;
}

std::vector<uint64_t> TermDictionary::split(uint64_t posting_bytes) const {
  std::vector<uint64_t> prefixes;
  uint64_t first = 0, last = 0;
  for (uint64_t block = 0; block < blocks_.size() / sizeof(BlockEntry); ++block) {
    const BlockEntry entry = blocks_.array<BlockEntry>(block, 1)[0];
    if (entry.prefix <= last || entry.first_posting < first + posting_bytes) continue;
    prefixes.push_back(entry.prefix);
    last = entry.prefix;
    first = entry.first_posting;
  }
  return prefixes;
}

bool TermCursor::seek(uint64_t prefix) {
  // Terms with the prefix may stand before the first block that begins with it.
  uint64_t first = 0, last = dictionary_->blocks_.size() / sizeof(BlockEntry);
  while (first < last) {
    const uint64_t middle = first + (last - first) / 2;
    if (dictionary_->blocks_.array<BlockEntry>(middle, 1)[0].prefix < prefix) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  number_ = (first == 0 ? 0 : first - 1) * kBlockTerms;
  while (next()) {
    if (term_prefix(term_) >= prefix) return true;
  }
  return false;
}

void TermCursor::open_block(uint64_t block) {
  const BlockEntry entry = dictionary_->blocks_.array<BlockEntry>(block, 1)[0];
  number_ = block * kBlockTerms;
  at_ = entry.first;
  const bool is_last = (block + 1) * kBlockTerms >= dictionary_->limits_.terms;
  end_ = is_last ? dictionary_->terms_.size()
                 : dictionary_->blocks_.array<BlockEntry>(block + 1, 1)[0].first;
  if (at_ >= end_) dictionary_->blocks_.corrupt("does not ascend");
  dictionary_->terms_.check(at_, end_ - at_);
  term_.clear();
  info_ = {};
  info_.first = entry.first_posting;
}

bool TermCursor::next() {
  if (number_ == dictionary_->limits_.terms) return false;
  if (number_ % kBlockTerms == 0) open_block(number_ / kBlockTerms);
  read_entry();
  ++number_;
  return true;
}

void TermCursor::read_entry() {
  const SectionView& terms = dictionary_->terms_;
  const TermDictionary::Limits& limits = dictionary_->limits_;
  const std::byte* at = terms.data() + at_;
  const std::byte* const end = terms.data() + end_;
  uint64_t shared = 0, length = 0, frequency = 0, more = 0, bytes = 0;
  bool valid = read_varint(at, end, shared) && read_varint(at, end, length) &&
               shared <= term_.size() && length <= static_cast<uint64_t>(end - at);
  if (!valid) terms.corrupt("has a broken entry at " + std::to_string(at_));
  term_.resize(shared);
  term_.append(reinterpret_cast<const char*>(at), length);
  at += length;
  valid =
      read_varint(at, end, frequency) && read_varint(at, end, more) && read_varint(at, end, bytes);
  info_.first += info_.bytes;
  valid = valid && frequency >= 1 && frequency <= limits.documents &&
          info_.first <= limits.posting_bytes && bytes <= limits.posting_bytes - info_.first &&
          more <= std::numeric_limits<uint64_t>::max() - frequency;
  if (!valid) terms.corrupt("has a broken entry at " + std::to_string(at_));
  info_.document_frequency = static_cast<uint32_t>(frequency);
  info_.occurrences = frequency + more;
  info_.bytes = bytes;
  at_ = static_cast<uint64_t>(at - terms.data());
}

void TermDictionaryWriter::add(std::string_view term, const TermInfo& info) {
  size_t shared = 0;
  if (terms_ % kBlockTerms == 0) {
    const BlockEntry entry{term_prefix(term), bytes_.size(), info.first};
    blocks_.append(reinterpret_cast<const char*>(&entry), sizeof(entry));
  } else {
    const size_t most = std::min(term.size(), last_.size());
    while (shared < most && term[shared] == last_[shared]) ++shared;
  }
  append_varint(bytes_, shared);
  append_varint(bytes_, term.size() - shared);
  bytes_ += term.substr(shared);
  append_varint(bytes_, info.document_frequency);
  append_varint(bytes_, info.occurrences - info.document_frequency);
  append_varint(bytes_, info.bytes);
  last_ = term;
  ++terms_;
}

void TermDictionaryWriter::finish(SectionWriter& file, const std::string& terms_name,
                                  const std::string& blocks_name) {
  file.begin(blocks_name);
  file.write(std::as_bytes(std::span(blocks_)));
  file.begin(terms_name);
  file.write(std::as_bytes(std::span(bytes_)));
  *this = {};
}

}  // namespace querl
