#include "retrieval/bm25/posting_list.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "retrieval/bm25/bit_pack.h"

namespace querl {
namespace {

constexpr uint32_t kNone = ~uint32_t{0};  // before the first document

// Reads variable-length numbers; false past the end or beyond 64 bits.
class VariableBytes {
 public:
  explicit VariableBytes(std::span<const std::byte> bytes) : bytes_(bytes) {}

  bool next(uint64_t& number) {
    number = 0;
    for (int shift = 0; at_ < bytes_.size() && shift < 63; shift += 7) {
      const auto byte = static_cast<uint8_t>(bytes_[at_++]);
      number |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  bool at_end() const { return at_ == bytes_.size(); }

 private:
  std::span<const std::byte> bytes_;
  size_t at_ = 0;
};

}  // namespace

PostingList::PostingList(SectionView section, uint64_t first, uint64_t bytes,
                         uint32_t document_frequency, uint32_t documents)
    : section_(section),
      first_(first),
      bytes_(bytes),
      document_frequency_(document_frequency),
      documents_(documents),
      layout_(document_frequency) {
  if (document_frequency == 0 || document_frequency > documents) {
    section.corrupt("has a list with an impossible number of postings");
  }
  if (layout_.blocks_at() > bytes) section.corrupt("has a list without room for its records");
  section.check(first, 0);
  if (layout_.groups > 0) groups_ = section.read(first, layout_.records_at());
  if (layout_.records > 0) {
    // Not checked as a whole: where groups serve, few of the records are read.
    if (bytes > section.size() - first) section.corrupt("ends too early");
    records_ = {section.data() + first + layout_.records_at(),
                layout_.blocks_at() - layout_.records_at()};
    if (layout_.groups == 0) section.check(first, layout_.blocks_at());
  }
}

std::span<const std::byte> PostingList::records() const {
  section_.check(first_ + layout_.records_at(), records_.size());
  return records_;
}

SkipRecord PostingList::record(uint32_t block) const {
  const uint64_t at = uint64_t{block} * sizeof(SkipRecord);
  section_.check(first_ + layout_.records_at() + at, sizeof(SkipRecord));
  SkipRecord record;
  std::memcpy(&record, records_.data() + at, sizeof record);
  return record;
}

PostingList::Block PostingList::block(uint32_t number) const {
  const uint32_t postings = number < layout_.full_blocks ? kBlockPostings : layout_.rest;
  if (!has_records()) return {section_.read(first_, bytes_), kNone, documents_ - 1, postings};
  const SkipRecord before = number == 0 ? SkipRecord{kNone, 0, {}} : record(number - 1);
  const SkipRecord own = record(number);
  const uint64_t blocks_at = layout_.blocks_at();
  if (before.end > own.end || own.end > bytes_ - blocks_at) {
    section_.corrupt("has a block outside of its list");
  }
  const bool ascending = number == 0 || before.last_document < own.last_document;
  if (!ascending || own.last_document >= documents_) {
    section_.corrupt("has a list that is not ascending");
  }
  return {section_.read(first_ + blocks_at + before.end, own.end - before.end),
          before.last_document, own.last_document, postings};
}

uint32_t PostingList::decode(uint32_t number, uint32_t* documents, uint32_t* counts) const {
  const Block block = this->block(number);
  prefetch_behind(block);
  if (block.postings == kBlockPostings) {
    decode_packed(block, documents, counts);
  } else {
    decode_rest(block, documents, counts);
  }
  return block.postings;
}

// Blocks are read in order, though not one right after the other: the next one shall be there.
void PostingList::prefetch_behind(const Block& block) const {
  constexpr size_t kLine = 64;
  constexpr size_t kLines = 4;  // about a block
  const std::byte* const behind = block.bytes.data() + block.bytes.size();
  const auto left = static_cast<size_t>(section_.data() + first_ + bytes_ - behind);
  for (size_t at = 0; at < std::min(left, kLines * kLine); at += kLine) {
    __builtin_prefetch(behind + at);
  }
}

void PostingList::decode_packed(const Block& block, uint32_t* documents, uint32_t* counts) const {
  constexpr size_t kWidths = 2;
  if (block.bytes.size() < kWidths) section_.corrupt("has an empty block");
  const auto gap_width = static_cast<uint32_t>(block.bytes[0]);
  const auto count_width = static_cast<uint32_t>(block.bytes[1]);
  const bool fits = gap_width <= 32 && count_width < 32 &&
                    block.bytes.size() == kWidths + packed_bytes(gap_width + count_width);
  if (!fits) section_.corrupt("has a block of a wrong size");
  const std::byte* const gaps = block.bytes.data() + kWidths;
  if (documents != nullptr) {
    bit_unpacker().documents(gaps, gap_width, block.before, documents);
    // Gaps of less than 25 bits cannot come around to the right last document.
    bool ascending = documents[kBlockPostings - 1] == block.last;
    if (gap_width > 24) {
      ascending &= std::adjacent_find(documents, documents + kBlockPostings,
                                      std::greater_equal<>()) == documents + kBlockPostings;
      ascending &= block.before == kNone || documents[0] > block.before;
    }
    if (!ascending) section_.corrupt("has a list that is not ascending");
  }
  if (counts == nullptr) return;
  bit_unpacker().counts(gaps + packed_bytes(gap_width), count_width, counts);
  // 2^31, which only the greatest width can hold, is no count.
  if (count_width == 31 && *std::max_element(counts, counts + kBlockPostings) > kMaxCount) {
    section_.corrupt("has an impossible count");
  }
}

void PostingList::decode_rest(const Block& block, uint32_t* documents, uint32_t* counts) const {
  VariableBytes bytes(block.bytes);
  uint64_t next = block.before == kNone ? 0 : uint64_t{block.before} + 1;
  for (uint32_t i = 0; i < block.postings; ++i) {
    uint64_t number = 0;
    uint64_t more = 0;
    if (!bytes.next(number)) section_.corrupt("has a list that ends too early");
    if ((number & 1) != 0 && !bytes.next(more)) section_.corrupt("has a list that ends too early");
    const uint64_t count = 1 + (number & 1) + more;
    if (number / 2 >= documents_ - next || count > kMaxCount) {
      section_.corrupt("has a posting outside of its segment");
    }
    next += number / 2;
    if (documents != nullptr) documents[i] = static_cast<uint32_t>(next);
    if (counts != nullptr) counts[i] = static_cast<uint32_t>(count);
    ++next;
  }
  const bool ends_right = !has_records() || next == uint64_t{block.last} + 1;
  if (!bytes.at_end() || !ends_right) {
    section_.corrupt("has a list of a wrong size");
  }
}

bool PostingReader::next_block(std::span<const Posting>& block) {
  if (next_ == list_.blocks()) return false;
  std::array<uint32_t, kBlockPostings> documents;
  std::array<uint32_t, kBlockPostings> counts;
  const uint32_t size = list_.decode(next_++, documents.data(), counts.data());
  for (uint32_t i = 0; i < size; ++i) postings_[i] = {documents[i], counts[i]};
  block = std::span(postings_).first(size);
  return true;
}

}  // namespace querl
