// The sections of a segment's file that segment.cc reads and segment_writer.cc writes.
//
//   segment                     SegmentRecord, then a FieldRecord for each field
//   ordinals                    (N) u32; absent where they are consecutive
//   keys, key-starts            a table of strings (string_table.h); absent where every key is its
//   key-buckets, key-documents  ordinal. Documents by the hash of their key: (B + 1) u32 where each
//                               bucket starts, (N) u32
//   stored, stored-starts       a table of strings; absent where nothing was stored
//   F.terms, F.blocks           the dictionary of field F (0, 1, …)
//   F.postings                  lists of posting_list.h
//   F.codes, F.lengths          (N) codes of 1, 2 or 4 bytes; (codes) u32
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace querl {

struct SegmentRecord {
  uint32_t documents;
  uint32_t first_ordinal;
  uint32_t fields;
  uint32_t key_buckets;  // a power of two, or 0: no keys
};

struct FieldRecord {
  uint64_t documents_with_field;
  uint64_t words;
  uint64_t terms;
  uint64_t postings;
  uint32_t code_bytes;
  uint32_t zero;
};

inline std::string field_section(size_t field, const char* what) {
  return std::to_string(field) + "." + what;
}

// FNV-1a with a last mix: part of the format. Keys are short, and most buckets hold a few.
inline uint64_t key_hash(std::string_view key) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : key) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
  hash ^= hash >> 32;
  hash *= 0x9e3779b97f4a7c15u;
  return hash ^ hash >> 29;
}

// The ordinal of which `key` is the decimal form, or a number above 2^32.
inline uint64_t decimal_of(std::string_view key) {
  constexpr uint64_t kNone = ~uint64_t{0};
  if (key.empty() || key.size() > 10 || (key[0] == '0' && key.size() > 1)) return kNone;
  uint64_t value = 0;
  for (const char c : key) {
    if (c < '0' || c > '9') return kNone;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  return value;
}

}  // namespace querl
