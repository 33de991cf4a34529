// What a writer was given since its last commit: documents that become one segment.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/bm25/index_writer.h"
#include "retrieval/bm25/inversion_pipeline.h"
#include "retrieval/bm25/pending_keys.h"

namespace querl {

class PendingDocuments {
 public:
  PendingDocuments(InversionPipeline::Options options, uint32_t first_ordinal);

  uint32_t count() const { return count_; }
  uint32_t first_ordinal() const { return first_ordinal_; }

  // The caller has seen to it that no live document has its key.
  void add(DocumentInput document, const std::stop_token& stop);

  // By key, among those that are not removed.
  std::optional<uint32_t> find(std::string_view key) const;
  bool has_keys() const { return !keys_.empty(); }
  void remove(uint32_t document);

  // To that file, or to memory where `path` is empty. `progress` hears of postings done and of all.
  std::shared_ptr<const Segment> write(const std::string& path, const std::stop_token& stop,
                                       const std::function<void(uint64_t, uint64_t)>& progress);
  std::shared_ptr<const Deletions> removed() const;  // null: none

 private:
  void submit(const std::stop_token& stop);

  size_t fields_;
  uint32_t first_ordinal_;
  uint32_t count_ = 0;
  std::vector<DocumentInput> chunk_;  // not yet handed over
  size_t chunk_bytes_ = 0;
  PendingKeys keys_;
  PendingStrings key_texts_;
  PendingStrings stored_;
  std::vector<uint64_t> removed_;  // a bit for each document, up to the last that has one
  InversionPipeline pipeline_;
};

}  // namespace querl
