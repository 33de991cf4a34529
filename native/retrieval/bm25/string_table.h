// Strings by number, front-coded in blocks of 16: neighbours that begin alike cost little.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "retrieval/files/section_file.h"
#include "retrieval/files/section_writer.h"

namespace querl {

class StringTable {
 public:
  StringTable() = default;
  // `starts`: for each block where it starts in `bytes`, as u32, or u64 for tables of 4 GiB and
  // more.
  StringTable(SectionView bytes, SectionView starts, uint64_t count);

  // `number` is below the count. Throws ERR_QUERL_INDEX_CORRUPT.
  std::string at(uint64_t number) const;

 private:
  uint64_t start(uint64_t block) const;

  SectionView bytes_;
  SectionView starts_;
  uint64_t count_ = 0;
  bool is_wide_ = false;
};

class StringTableWriter {
 public:
  // Bytes to append to the table for the next string.
  std::string_view add(std::string_view text);
  uint64_t size() const { return count_; }

  // Writes the section of starts.
  void finish(SectionWriter& file, const std::string& starts_name) const;

 private:
  std::vector<uint64_t> starts_;
  uint64_t count_ = 0;
  uint64_t bytes_ = 0;
  std::string last_;
  std::string coded_;
};

}  // namespace querl
