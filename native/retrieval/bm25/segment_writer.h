// Writes a segment's file. In this order: for each field begin_field(), its terms, end_field();
// then the documents' ordinals, keys and stored objects; then finish().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/bm25/segment.h"
#include "retrieval/bm25/segment_layout.h"
#include "retrieval/bm25/term_dictionary.h"
#include "retrieval/bm25/term_encoder.h"
#include "retrieval/files/section_writer.h"

namespace querl {

class SegmentWriter {
 public:
  // To that file, or to memory where `path` is empty.
  SegmentWriter(const std::string& path, uint32_t documents, size_t fields);

  // (N) words of each document; kept until end_field().
  void begin_field(std::vector<uint32_t> lengths);
  std::span<const uint32_t> lengths() const { return lengths_; }
  // Terms in ascending order.
  void add(const EncodedTerms& terms);
  void end_field();

  // (N) ascending. Nothing to call where ordinals are `first` and those that follow it.
  void write_ordinals(std::span<const uint32_t> ordinals);

  // Each document's string in turn. Needed only where one is not what it is by default.
  using Strings = std::function<std::string_view(uint32_t document)>;
  void write_keys(const Strings& keys);
  void write_stored(const Strings& stored);

  std::shared_ptr<const Segment> finish(uint32_t first_ordinal);

 private:
  void write_lengths();
  void write_table(const Strings& strings, const std::string& name, const std::string& starts_name);

  SectionWriter file_;
  uint32_t documents_;
  size_t expected_fields_;
  std::vector<FieldRecord> fields_;
  FieldRecord field_{};
  std::vector<uint32_t> lengths_;
  uint64_t posting_bytes_ = 0;  // of the field
  TermDictionaryWriter dictionary_;
  uint32_t key_buckets_ = 0;
};

}  // namespace querl
