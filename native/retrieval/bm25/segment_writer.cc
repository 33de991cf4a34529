#include "retrieval/bm25/segment_writer.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "retrieval/bm25/string_table.h"

namespace querl {
namespace {

constexpr uint32_t kBucketKeys = 4;  // on average, or up to twice as many

SectionWriter writer_for(const std::string& path) {
  return path.empty() ? SectionWriter(kSegmentKind) : SectionWriter(path, kSegmentKind);
}

template <typename Code>
void write_codes(SectionWriter& file, std::span<const uint32_t> lengths,
                 std::span<const uint32_t> table, size_t field) {
  std::vector<Code> codes(lengths.size());
  for (size_t d = 0; d < lengths.size(); ++d) {
    const auto at = std::lower_bound(table.begin(), table.end(), lengths[d]);
    codes[d] = static_cast<Code>(at - table.begin());
  }
  file.begin(field_section(field, "codes"));
  file.write_array(std::span<const Code>(codes));
}

}  // namespace

SegmentWriter::SegmentWriter(const std::string& path, uint32_t documents, size_t fields)
    : file_(writer_for(path)), documents_(documents), expected_fields_(fields) {}

void SegmentWriter::begin_field(std::vector<uint32_t> lengths) {
  lengths_ = std::move(lengths);
  field_ = {};
  posting_bytes_ = 0;
  file_.begin(field_section(fields_.size(), "postings"));
}

void SegmentWriter::add(const EncodedTerms& terms) {
  file_.write(std::as_bytes(std::span(terms.lists)));
  size_t first = 0;
  for (const EncodedTerms::Term& term : terms.terms) {
    const auto text = std::string_view(terms.texts).substr(first, term.end - first);
    dictionary_.add(text,
                    {term.document_frequency, term.occurrences, posting_bytes_, term.list_bytes});
    first = term.end;
    posting_bytes_ += term.list_bytes;
  }
  field_.postings += terms.postings;
  field_.terms += terms.terms.size();
}

void SegmentWriter::end_field() {
  const size_t field = fields_.size();
  dictionary_.finish(file_, field_section(field, "terms"), field_section(field, "blocks"));
  write_lengths();
  fields_.push_back(field_);
  lengths_ = {};
}

void SegmentWriter::write_lengths() {
  const size_t field = fields_.size();
  std::vector<uint32_t> table = lengths_;
  std::sort(table.begin(), table.end());
  table.erase(std::unique(table.begin(), table.end()), table.end());
  for (const uint32_t length : lengths_) {
    field_.words += length;
    field_.documents_with_field += length > 0;
  }
  if (table.size() <= 1 << 8) {
    field_.code_bytes = 1;
    write_codes<uint8_t>(file_, lengths_, table, field);
  } else if (table.size() <= 1 << 16) {
    field_.code_bytes = 2;
    write_codes<uint16_t>(file_, lengths_, table, field);
  } else {
    field_.code_bytes = 4;
    write_codes<uint32_t>(file_, lengths_, table, field);
  }
  file_.begin(field_section(field, "lengths"));
  file_.write_array(std::span<const uint32_t>(table));
}

void SegmentWriter::write_ordinals(std::span<const uint32_t> ordinals) {
  file_.begin("ordinals");
  file_.write_array(ordinals);
}

void SegmentWriter::write_table(const Strings& strings, const std::string& name,
                                const std::string& starts_name) {
  StringTableWriter table;
  file_.begin(name);
  for (uint32_t d = 0; d < documents_; ++d) {
    file_.write(std::as_bytes(std::span(table.add(strings(d)))));
  }
  table.finish(file_, starts_name);
}

void SegmentWriter::write_keys(const Strings& keys) {
  key_buckets_ = std::bit_ceil(documents_ / kBucketKeys + 1);
  std::vector<uint32_t> bucket_of(documents_);
  const auto noted = [&](uint32_t document) {
    const std::string_view key = keys(document);
    bucket_of[document] = static_cast<uint32_t>(key_hash(key) & (key_buckets_ - 1));
    return key;
  };
  write_table(noted, "keys", "key-starts");
  std::vector<uint32_t> starts(size_t{key_buckets_} + 1), documents(documents_);
  for (const uint32_t bucket : bucket_of) ++starts[bucket + 1];
  for (size_t b = 1; b < starts.size(); ++b) starts[b] += starts[b - 1];
  file_.begin("key-buckets");
  file_.write_array(std::span<const uint32_t>(starts));
  for (uint32_t d = 0; d < documents_; ++d) documents[starts[bucket_of[d]]++] = d;
  file_.begin("key-documents");
  file_.write_array(std::span<const uint32_t>(documents));
}

void SegmentWriter::write_stored(const Strings& stored) {
  write_table(stored, "stored", "stored-starts");
}

std::shared_ptr<const Segment> SegmentWriter::finish(uint32_t first_ordinal) {
  const SegmentRecord record{documents_, first_ordinal, static_cast<uint32_t>(expected_fields_),
                             key_buckets_};
  file_.begin("segment");
  file_.write(std::as_bytes(std::span(&record, 1)));
  file_.write_array(std::span<const FieldRecord>(fields_));
  return std::make_shared<const Segment>(file_.finish());
}

}  // namespace querl
