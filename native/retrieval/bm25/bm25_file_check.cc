#include "retrieval/bm25/bm25_file_check.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "base/errors.h"
#include "retrieval/bm25/bm25_file.h"

namespace querl {
namespace {

using Bytes = std::span<const std::byte>;

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw Error("ERR_QUERL_INDEX_CORRUPT", path + " " + what);
}

[[noreturn]] void damaged(const std::string& path, const std::string& what) {
  refuse(path, "is damaged: " + what + ".");
}

std::string place(uint64_t first, uint64_t bytes) {
  return "bytes " + std::to_string(first) + " to " + std::to_string(first + bytes - 1);
}

void check_zeros(Bytes file, uint64_t first, uint64_t end, const std::string& path) {
  for (uint64_t i = first; i < end; ++i) {
    if (file[i] != std::byte{0}) damaged(path, "byte " + std::to_string(i) + " is not zero");
  }
}

// The parts lie behind one another, as they are written, and end with the file.
void check_layout(const Bm25Header& header, const std::string& path) {
  uint64_t end = sizeof(Bm25Header);
  uint64_t blocks = 0;
  const auto follows = [&](FilePart part) {
    if (part.first != end || end > header.file_bytes || part.bytes > header.file_bytes - end) {
      damaged(path, "its header describes overlapping parts");
    }
    end = aligned(part.first + part.bytes);
  };
  follows(header.checksums);
  for (const FilePart section : header.sections) {
    follows(section);
    blocks += block_count(section.bytes);
  }
  if (end != header.file_bytes || header.checksums.bytes != blocks * sizeof(uint32_t)) {
    damaged(path, "the parts that its header describes do not fill it");
  }
}

// (n) ends: ascending up to `total`.
bool are_ends(std::span<const uint64_t> ends, uint64_t total) {
  uint64_t last = 0;
  for (const uint64_t end : ends) {
    if (end < last) return false;
    last = end;
  }
  return last == total;
}

bool are_slots(std::span<const TermSlot> slots, uint64_t terms) {
  if (!std::has_single_bit(slots.size()) || slots.size() <= terms) return false;
  uint64_t used = 0;
  for (const TermSlot& slot : slots) {
    if (slot.term > terms) return false;
    used += slot.term != 0;
  }
  return used == terms;
}

// A term's postings: documents ascend and exist, and no impact exceeds the term's greatest.
bool are_postings(std::span<const ImpactPosting> postings, uint64_t documents,
                  uint32_t max_impact) {
  if (postings.empty() || max_impact > std::numeric_limits<int32_t>::max()) return false;
  uint64_t next = 0;
  for (const ImpactPosting& posting : postings) {
    if (posting.document < next || posting.impact == 0 || posting.impact > max_impact) return false;
    next = uint64_t{posting.document} + 1;
  }
  return next <= documents;
}

}  // namespace

Bm25Header checked_header(Bytes file, const std::string& path) {
  Bm25Header header{};
  const size_t there = std::min(file.size(), sizeof(header));
  if (there > 0) std::memcpy(static_cast<void*>(&header), file.data(), there);
  if (header.magic != kBm25Magic) {
    refuse(path, "is not a BM25 index of querl: it does not start with the mark of one.");
  }
  if (file.size() < sizeof(header)) {
    damaged(path, "it ends at byte " + std::to_string(file.size()) + ", inside of the header");
  }
  // A later version may have another header behind the version.
  if (header.version > kBm25FileVersion) {
    refuse(path, "was written by a newer querl, which can read it: its format is " +
                     std::to_string(header.version) + ", and this one reads up to " +
                     std::to_string(kBm25FileVersion) + ".");
  }
  if (header.version != kBm25FileVersion || header.checksum != header_checksum(header)) {
    damaged(path, "its header (bytes 0 to 255) fails its checksum");
  }
  if (header.file_bytes != file.size()) {
    damaged(path, "it has " + std::to_string(file.size()) + " bytes instead of " +
                      std::to_string(header.file_bytes));
  }
  const bool plausible = header.documents < std::numeric_limits<uint32_t>::max() &&
                         header.analyzer == 0 && header.impact_scale == kImpactScale &&
                         std::isfinite(header.k1) && std::isfinite(header.b);
  if (!plausible) damaged(path, "its header (bytes 0 to 255) has impossible values");
  check_layout(header, path);
  return header;
}

void check_blocks(Bytes file, const Bm25Header& header, const std::string& path) {
  const Bytes checksums = file.subspan(header.checksums.first, header.checksums.bytes);
  if (crc32c(checksums) != header.checksum_of_checksums) {
    damaged(path, "its checksums (" + place(header.checksums.first, header.checksums.bytes) +
                      ") fail their checksum");
  }
  uint64_t end = header.checksums.first + header.checksums.bytes;
  uint64_t at = 0;
  for (size_t s = 0; s < kSections; ++s) {
    const FilePart part = header.sections[s];
    check_zeros(file, end, part.first, path);
    end = part.first + part.bytes;
    const Bytes section = file.subspan(part.first, part.bytes);
    const uint64_t blocks = block_count(part.bytes);
    for (uint64_t i = 0; i < blocks; ++i, at += sizeof(uint32_t)) {
      uint32_t wanted;
      std::memcpy(&wanted, checksums.data() + at, sizeof(wanted));
      const Bytes block = block_of(section, i);
      if (crc32c(block) == wanted) continue;
      damaged(path, "block " + std::to_string(i + 1) + " of " + std::to_string(blocks) +
                        " of its " + kSectionNames[s] + " (" +
                        place(part.first + i * kBlockBytes, block.size()) + ") fails its checksum");
    }
  }
  check_zeros(file, end, header.file_bytes, path);
}

void check_arrays(const Bm25Arrays& arrays, const Bm25Header& header, const std::string& path) {
  const auto require = [&](bool holds, size_t section) {
    if (!holds)
      damaged(path, std::string("its ") + kSectionNames[section] + " contradict themselves");
  };
  const uint64_t terms = arrays.posting_ends.size();
  const auto fits = [&](size_t section, uint64_t entries, uint64_t bytes_each) {
    return header.sections[section].bytes == entries * bytes_each;
  };
  require(terms < std::numeric_limits<uint32_t>::max() && fits(3, terms, 8), 3);
  require(fits(0, terms, 8) && are_ends(arrays.term_ends, arrays.term_bytes.size()), 0);
  require(fits(2, arrays.slots.size(), 8) && are_slots(arrays.slots, terms), 2);
  require(are_ends(arrays.posting_ends, arrays.postings.size()), 3);
  require(fits(4, terms, 4), 4);
  require(fits(5, arrays.postings.size(), 8), 5);
  uint64_t first = 0;
  for (uint64_t t = 0; t < terms; ++t) {
    const uint64_t end = arrays.posting_ends[t];
    require(are_postings(arrays.postings.subspan(first, end - first), header.documents,
                         arrays.max_impacts[t]),
            5);
    first = end;
  }
}

}  // namespace querl
