#include "retrieval/bm25/string_table.h"

#include <algorithm>
#include <limits>
#include <span>

#include "retrieval/bm25/varint.h"

namespace querl {
namespace {

constexpr uint64_t kBlockStrings = 16;

}  // namespace

StringTable::StringTable(SectionView bytes, SectionView starts, uint64_t count)
    : bytes_(bytes), starts_(starts), count_(count) {
  is_wide_ = bytes.size() > std::numeric_limits<uint32_t>::max();
  const uint64_t blocks = count / kBlockStrings + (count % kBlockStrings != 0);
  if (starts.size() != blocks * (is_wide_ ? 8 : 4))
    starts.corrupt("has another size than it should");
}

uint64_t StringTable::start(uint64_t block) const {
  if (block * kBlockStrings >= count_) return bytes_.size();
  return is_wide_ ? starts_.array<uint64_t>(block, 1)[0] : starts_.array<uint32_t>(block, 1)[0];
}

std::string StringTable::at(uint64_t number) const {
  const uint64_t block = number / kBlockStrings;
  const uint64_t first = start(block), last = start(block + 1);
  if (number >= count_ || last < first) starts_.corrupt("does not ascend");
  const auto bytes = bytes_.read(first, last - first);
  const std::byte* at = bytes.data();
  const std::byte* const end = at + bytes.size();
  std::string text;
  for (uint64_t i = block * kBlockStrings; i <= number; ++i) {
    uint64_t shared = 0, length = 0;
    const bool valid = read_varint(at, end, shared) && read_varint(at, end, length) &&
                       shared <= text.size() && length <= static_cast<uint64_t>(end - at);
    if (!valid) bytes_.corrupt("has a broken entry, that of string " + std::to_string(i));
    text.resize(shared);
    text.append(reinterpret_cast<const char*>(at), length);
    at += length;
  }
  return text;
}

std::string_view StringTableWriter::add(std::string_view text) {
  size_t shared = 0;
  if (count_ % kBlockStrings == 0) {
    starts_.push_back(bytes_);
  } else {
    const size_t most = std::min(text.size(), last_.size());
    while (shared < most && text[shared] == last_[shared]) ++shared;
  }
  coded_.clear();
  append_varint(coded_, shared);
  append_varint(coded_, text.size() - shared);
  coded_ += text.substr(shared);
  last_ = text;
  bytes_ += coded_.size();
  ++count_;
  return coded_;
}

void StringTableWriter::finish(SectionWriter& file, const std::string& starts_name) const {
  file.begin(starts_name);
  if (bytes_ > std::numeric_limits<uint32_t>::max()) {
    file.write_array(std::span<const uint64_t>(starts_));
    return;
  }
  const std::vector<uint32_t> narrow(starts_.begin(), starts_.end());
  file.write_array(std::span<const uint32_t>(narrow));
}

}  // namespace querl
