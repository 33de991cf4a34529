// The file that says what an index consists of: manifest.json. Everything else in the folder is
// immutable; a new state is a new manifest.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/bm25/index.h"

namespace querl {

struct ManifestSegment {
  uint64_t number = 0;
  uint32_t documents = 0;
  uint32_t deleted = 0;
  uint64_t deletions_generation = 0;  // of the file of deletions; 0: none
  uint64_t bytes = 0;
  uint32_t mark = 0;  // SectionFile::mark(): another file of that name is noticed
  uint32_t deletions_mark = 0;
};

struct Manifest {
  uint64_t generation = 0;
  IndexSettings settings;
  uint32_t next_ordinal = 0;
  uint64_t next_segment = 1;  // numbers are never used again
  KeptDocuments kept;
  std::vector<ManifestSegment> segments;
};

std::string segment_path(const std::string& folder, uint64_t number);
std::string deletions_path(const std::string& folder, uint64_t number, uint64_t generation);
std::string documents_path(const std::string& folder, uint64_t generation);

bool has_manifest(const std::string& folder);

// Throws ERR_QUERL_IO where there is none, ERR_QUERL_INDEX_CORRUPT where it is damaged or newer.
Manifest read_manifest(const std::string& folder);

// Whole or not at all.
void write_manifest(const std::string& folder, const Manifest& manifest);

// Removes what no state of the index has: files of the index's kinds of name that the manifest
// lacks. Other files are not touched. For the holder of the lock alone.
void remove_leftovers(const std::string& folder, const Manifest& manifest);

std::string_view variant_name(Bm25Variant variant);  // "lucene", "robertson", "atire", …
std::string_view length_rule_name(LengthRule rule);  // "exact", "lucene"

}  // namespace querl
