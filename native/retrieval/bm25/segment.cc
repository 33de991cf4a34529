#include "retrieval/bm25/segment.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "retrieval/bm25/segment_layout.h"

namespace querl {
namespace {

template <typename Code>
bool all_below(std::span<const std::byte> bytes, uint64_t limit) {
  const std::span codes(reinterpret_cast<const Code*>(bytes.data()), bytes.size() / sizeof(Code));
  Code greatest = 0;
  for (const Code code : codes) greatest = std::max(greatest, code);
  return codes.empty() || greatest < limit;
}

}  // namespace

FieldStatistics& FieldStatistics::operator+=(const FieldStatistics& other) {
  documents += other.documents;
  documents_with_field += other.documents_with_field;
  words += other.words;
  terms += other.terms;
  postings += other.postings;
  return *this;
}

Segment::Segment(std::shared_ptr<const SectionFile> file) : file_(std::move(file)) {
  const SectionView head = file_->section("segment");
  const std::span<const std::byte> bytes = head.read(0, head.size());
  SegmentRecord record{};
  if (bytes.size() < sizeof(record)) head.corrupt("is too short");
  std::memcpy(&record, bytes.data(), sizeof(record));
  const bool valid =
      bytes.size() == sizeof(record) + record.fields * uint64_t{sizeof(FieldRecord)} &&
      record.fields > 0 &&
      record.first_ordinal <= std::numeric_limits<uint32_t>::max() - record.documents;
  if (!valid) head.corrupt("has impossible values");
  documents_ = record.documents;
  first_ordinal_ = record.first_ordinal;

  const auto sized = [&](const std::string& name, uint64_t bytes_each, uint64_t count) {
    const SectionView section = file_->section(name);
    if (section.size() != bytes_each * count) section.corrupt("has another size than it should");
    return section;
  };
  has_ordinals_ = file_->has("ordinals");
  if (has_ordinals_) ordinals_ = sized("ordinals", sizeof(uint32_t), documents_);
  has_keys_ = record.key_buckets != 0;
  if (has_keys_) {
    if (!std::has_single_bit(record.key_buckets)) head.corrupt("has impossible values");
    keys_ = {file_->section("keys"), file_->section("key-starts"), documents_};
    key_buckets_ = sized("key-buckets", sizeof(uint32_t), uint64_t{record.key_buckets} + 1);
    key_documents_ = sized("key-documents", sizeof(uint32_t), documents_);
  }
  has_stored_ = file_->has("stored");
  if (has_stored_) {
    stored_ = {file_->section("stored"), file_->section("stored-starts"), documents_};
  }
  for (size_t f = 0; f < record.fields; ++f) {
    FieldRecord from{};
    std::memcpy(&from, bytes.data() + sizeof(record) + f * sizeof(from), sizeof(from));
    Field field;
    field.statistics = {documents_, from.documents_with_field, from.words, from.terms,
                        from.postings};
    field.code_bytes = from.code_bytes;
    const bool plausible = (from.code_bytes == 1 || from.code_bytes == 2 || from.code_bytes == 4) &&
                           from.documents_with_field <= documents_ && from.postings <= from.words &&
                           from.terms <= from.postings &&
                           from.documents_with_field <= from.postings;
    if (!plausible) head.corrupt("has impossible values");
    field.postings = file_->section(field_section(f, "postings"));
    field.codes = sized(field_section(f, "codes"), from.code_bytes, documents_);
    field.table = file_->section(field_section(f, "lengths"));
    field.dictionary = TermDictionary(
        file_->section(field_section(f, "terms")), file_->section(field_section(f, "blocks")),
        {from.terms, static_cast<uint32_t>(from.documents_with_field), field.postings.size()});
    fields_.push_back(field);
  }
  lengths_checked_ = std::make_unique<std::atomic<bool>[]>(fields_.size());
}

FieldLengths Segment::lengths(size_t field) const {
  const Field& from = fields_[field];
  const std::span<const uint32_t> table = from.table.array<uint32_t>();
  const std::span<const std::byte> codes = from.codes.bytes();
  // Threads that meet here do the same twice, which hurts less than a lock at each call.
  if (!lengths_checked_[field].load(std::memory_order_acquire)) {
    from.codes.check(0, from.codes.size());
    const bool valid = from.code_bytes == 1   ? all_below<uint8_t>(codes, table.size())
                       : from.code_bytes == 2 ? all_below<uint16_t>(codes, table.size())
                                              : all_below<uint32_t>(codes, table.size());
    if (!valid) from.codes.corrupt("has codes of no length");
    if (!std::is_sorted(table.begin(), table.end())) from.table.corrupt("does not ascend");
    lengths_checked_[field].store(true, std::memory_order_release);
  }
  return {codes, from.code_bytes, table};
}

uint32_t Segment::explicit_ordinal(uint32_t document) const {
  return ordinals_.array<uint32_t>(document, 1)[0];
}

std::optional<uint32_t> Segment::document_of(uint32_t ordinal) const {
  if (!has_ordinals_) {
    if (ordinal < first_ordinal_ || ordinal - first_ordinal_ >= documents_) return std::nullopt;
    return ordinal - first_ordinal_;
  }
  uint32_t first = 0, last = documents_;
  while (first < last) {
    const uint32_t middle = first + (last - first) / 2;
    if (explicit_ordinal(middle) < ordinal) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  if (first == documents_ || explicit_ordinal(first) != ordinal) return std::nullopt;
  return first;
}

std::string Segment::key(uint32_t document) const {
  return has_keys_ ? keys_.at(document) : std::to_string(ordinal(document));
}

std::string Segment::stored(uint32_t document) const {
  return has_stored_ ? stored_.at(document) : std::string();
}

std::optional<uint32_t> Segment::find_key(std::string_view key, const Deletions* deleted) const {
  const auto is_live = [&](uint32_t document) {
    return deleted == nullptr || !deleted->contains(document);
  };
  if (!has_keys_) {
    const uint64_t ordinal = decimal_of(key);
    if (ordinal > std::numeric_limits<uint32_t>::max()) return std::nullopt;
    const auto document = document_of(static_cast<uint32_t>(ordinal));
    return document && is_live(*document) ? document : std::nullopt;
  }
  const uint64_t buckets = key_buckets_.size() / sizeof(uint32_t) - 1;
  const uint64_t bucket = key_hash(key) & (buckets - 1);
  const auto ends = key_buckets_.array<uint32_t>(bucket, 2);
  if (ends[1] < ends[0]) key_buckets_.corrupt("does not ascend");
  for (const uint32_t document : key_documents_.array<uint32_t>(ends[0], ends[1] - ends[0])) {
    if (document >= documents_) key_documents_.corrupt("names a document that is none");
    if (is_live(document) && keys_.at(document) == key) return document;
  }
  return std::nullopt;
}

}  // namespace querl
