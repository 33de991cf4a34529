#include "retrieval/bm25/posting_list_writer.h"

#include <limits>

#include "base/errors.h"
#include "retrieval/bm25/bit_pack.h"

namespace querl {
namespace {

void append_variable(uint64_t number, std::string& out) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

void append_records(const std::vector<SkipRecord>& records, std::string& out) {
  out.append(reinterpret_cast<const char*>(records.data()), records.size() * sizeof(SkipRecord));
}

}  // namespace

void PostingListWriter::add(Posting posting, uint32_t length) {
  gaps_[waiting_] = posting.document - document_ - 1;
  more_[waiting_] = posting.count - 1;
  document_ = posting.document;
  bounds_.add(posting.count, length);
  ++postings_;
  if (++waiting_ == kBlockPostings) write_block();
}

void PostingListWriter::write_block() {
  const uint32_t gap_width = packed_width(gaps_.data());
  const uint32_t count_width = packed_width(more_.data());
  blocks_ += static_cast<char>(gap_width);
  blocks_ += static_cast<char>(count_width);
  pack_numbers(gaps_.data(), gap_width, blocks_);
  pack_numbers(more_.data(), count_width, blocks_);
  add_record();
}

void PostingListWriter::write_rest() {
  for (uint32_t i = 0; i < waiting_; ++i) {
    append_variable(uint64_t{gaps_[i]} * 2 + (more_[i] != 0), blocks_);
    if (more_[i] != 0) append_variable(more_[i] - 1, blocks_);
  }
  if (postings_ >= kBlockPostings) add_record();
}

void PostingListWriter::add_record() {
  if (blocks_.size() > std::numeric_limits<uint32_t>::max()) {
    throw Error("ERR_QUERL_ARGUMENT",
                "A word's list of documents would exceed 4 GiB in one segment. Use smaller "
                "segments.");
  }
  records_.push_back({document_, static_cast<uint32_t>(blocks_.size()), bounds_.pairs()});
  group_bounds_.add(bounds_);
  bounds_.clear();
  waiting_ = 0;
  if (records_.size() % kBlocksPerGroup == 0) add_group();
}

void PostingListWriter::add_group() {
  groups_.push_back({document_, 0, group_bounds_.pairs()});
  group_bounds_.clear();
}

void PostingListWriter::finish(std::string& out) {
  const ListLayout layout(postings_);
  if (waiting_ > 0) write_rest();
  if (layout.groups > groups_.size()) add_group();
  if (layout.groups > 0) append_records(groups_, out);
  if (layout.records > 0) append_records(records_, out);
  out += blocks_;

  postings_ = 0;
  waiting_ = 0;
  document_ = ~uint32_t{0};
  bounds_.clear();
  group_bounds_.clear();
  records_.clear();
  groups_.clear();
  blocks_.clear();
}

void append_posting_list(std::span<const Posting> postings, std::span<const uint32_t> lengths,
                         std::string& out) {
  PostingListWriter writer;
  for (const Posting& posting : postings) writer.add(posting, lengths[posting.document]);
  writer.finish(out);
}

}  // namespace querl
