// Indexes of vectors in querl's own files, and vectors in files of others.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "retrieval/dense/vector_index.h"

namespace querl {

// Sections: "settings"; "vectors" (N, D) of a float type and/or "codes" (N, D) with "scales" (N)
// and "centre" (D), to which they are relative;
// "biases" (N) for kL2. For kCosine rows are stored with unit length.
inline constexpr FileKind kVectorFile{"vectors", 1};

struct VectorFileSettings {
  uint32_t metric;
  uint32_t dimensions;
  uint32_t rows;
  uint32_t vector_type;  // of "vectors", or kNoVectors
  uint32_t has_codes;
  uint32_t reserved[3];
};
inline constexpr uint32_t kNoVectors = 0xffffffff;

// Maps one or more files, whose rows follow each other; they must agree in all settings. Throws
// ERR_QUERL_IO or ERR_QUERL_INDEX_CORRUPT, and ERR_QUERL_ARGUMENT for files that do not belong
// together. Rows are checked against their checksums when they are first read.
std::shared_ptr<const VectorIndex> open_vector_files(std::span<const std::string> paths);

// Rows in files of others, which have no checksums. The files of one stretch are as if they had
// been joined: rows may begin in one and end in the next.
struct VectorStretch {
  std::vector<std::string> paths;
  uint64_t first;  // byte of the first row
  uint64_t rows;
};
// Throws ERR_QUERL_IO, and ERR_QUERL_INDEX_CORRUPT where a file is too short.
VectorTable map_vectors(std::span<const VectorStretch> stretches, VectorType type,
                        uint32_t dimensions);

}  // namespace querl
