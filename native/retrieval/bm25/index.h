// A snapshot of an index: its settings and its segments. Immutable, shared by threads; a writer
// makes new ones.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/bm25/deletions.h"
#include "retrieval/bm25/parameters.h"
#include "retrieval/bm25/segment.h"

namespace querl {

struct FieldSettings {
  std::string name;
  double weight = 1;

  friend bool operator==(const FieldSettings&, const FieldSettings&) = default;
};

struct IndexSettings {
  std::string analyzer;               // canonical JSON of text/analyzer.h
  std::vector<FieldSettings> fields;  // at least one
  Bm25Parameters parameters;

  friend bool operator==(const IndexSettings&, const IndexSettings&) = default;
};

// A segment within a snapshot.
struct SegmentView {
  std::shared_ptr<const Segment> segment;
  std::shared_ptr<const Deletions> deleted;  // null: none
  uint64_t number = 0;                       // names its file: segment-<number>.querl
  uint64_t deletions_generation = 0;         // names the deletions' file
  uint32_t deletions_mark = 0;               // of that file

  uint32_t live() const { return segment->documents() - (deleted ? deleted->count() : 0); }
};

struct DocumentPlace {
  size_t segment = 0;
  uint32_t document = 0;  // within the segment
};

// The file of the documents that are kept beside an index (open_documents.h).
struct KeptDocuments {
  uint64_t generation = 0;  // names the file; 0: there is none
  uint32_t mark = 0;        // SectionFile::mark()
};

class Bm25Index {
 public:
  // The newest state of a folder. Touches little: headers and tables of checksums. Throws
  // ERR_QUERL_IO, ERR_QUERL_INDEX_CORRUPT; either says which file.
  static std::shared_ptr<const Bm25Index> open(const std::string& folder);

  // The newest state of the same folder; segments that are open already are shared. The same
  // snapshot where nothing has changed, and for an index in memory.
  static std::shared_ptr<const Bm25Index> refresh(const std::shared_ptr<const Bm25Index>& index);

  // `segments` in ascending order of their ordinals.
  Bm25Index(IndexSettings settings, std::vector<SegmentView> segments, uint32_t next_ordinal,
            uint64_t generation, std::string folder, KeptDocuments kept = {});

  const IndexSettings& settings() const { return settings_; }
  std::span<const SegmentView> segments() const { return segments_; }
  const std::string& folder() const { return folder_; }  // empty: in memory
  uint64_t generation() const { return generation_; }    // grows by one with each commit
  const KeptDocuments& kept() const { return kept_; }

  uint64_t documents() const { return documents_; }        // not deleted
  uint64_t deleted() const { return deleted_; }            // still stored
  uint32_t next_ordinal() const { return next_ordinal_; }  // every ordinal is below
  uint64_t bytes() const { return bytes_; }                // of all segments: file or memory

  // Throws ERR_QUERL_INDEX_CORRUPT where a file was cut since it was opened: for each job, before
  // it reads and when it has read. See SectionFile::check_whole().
  void check_files() const {
    for (const SegmentView& view : segments_) view.segment->file().check_whole();
  }

  // Of all segments, deleted documents included.
  FieldStatistics statistics(size_t field) const;

  // Live documents only.
  std::optional<uint32_t> find_key(std::string_view key) const;  // its ordinal
  std::optional<DocumentPlace> find_ordinal(uint32_t ordinal) const;

  // Of a live document. Throws ERR_QUERL_ARGUMENT where there is none of that ordinal.
  std::string key(uint32_t ordinal) const;

 private:
  IndexSettings settings_;
  std::vector<SegmentView> segments_;
  uint32_t next_ordinal_;
  uint64_t generation_;
  std::string folder_;
  KeptDocuments kept_;
  uint64_t documents_ = 0;
  uint64_t deleted_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace querl
