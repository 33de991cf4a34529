// The file of a BM25 index: a header, checksums, and the arrays as they lie in memory.
//
//   header       256 bytes, the last four of them the CRC-32C of those before
//   checksums    the CRC-32C of each 64 KiB of each section; the header has the CRC-32C of this
//   part six sections the arrays of Bm25Arrays in their order
//
// Every part starts at a multiple of 64, with zeros between. Numbers are little-endian; positions
// are from the start of the file.
#pragma once

#include <string>

#include "retrieval/bm25/bm25_index.h"

namespace querl {

inline constexpr uint32_t kBm25FileVersion = 1;

// Atomic: a reader sees the old file or the whole new one. Throws ERR_QUERL_IO.
void save_bm25(const ImpactIndex& index, const std::string& path);

// Maps the file and reads it once to check everything: the checksums, and that no offset, document
// or term leads outside. Throws ERR_QUERL_INDEX_CORRUPT with the place, or ERR_QUERL_IO.
//
// The file must not be written to while it is open. Saving over it is safe: that makes a new file.
ImpactIndex open_bm25(const std::string& path);

}  // namespace querl
