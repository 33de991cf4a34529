#include "retrieval/bm25/inverted_run.h"

#include <algorithm>

#include "retrieval/bm25/term_prefix.h"
#include "retrieval/bm25/varint.h"

namespace querl {
namespace {

// What was read of a spilled run is given back in steps of this size.
constexpr size_t kReleaseBytes = 1 << 20;

}  // namespace

size_t InvertedRun::memory() const {
  size_t bytes = 0;
  for (const Field& field : fields) bytes += field.bytes.capacity();
  return bytes;
}

RunCursor::RunCursor(std::span<const std::byte> bytes, const Spool* spool, uint64_t spool_first)
    : bytes_(bytes), spool_(spool), spool_first_(spool_first) {}

bool RunCursor::next() {
  if (at_ == bytes_.size()) return false;
  if (spool_ != nullptr && at_ - released_ >= kReleaseBytes) {
    spool_->release(spool_first_ + released_, at_ - released_);
    released_ = at_;
  }
  const std::byte* at = bytes_.data() + at_;
  const std::byte* const end = bytes_.data() + bytes_.size();
  const auto number = [&] {
    uint64_t value = 0;
    read_varint(at, end, value);
    return value;
  };
  const uint64_t shared = number(), length = number();
  term_.resize(shared);
  term_.append(reinterpret_cast<const char*>(at), length);
  at += length;
  prefix_ = term_prefix(term_);
  list_.document_frequency = static_cast<uint32_t>(number());
  list_.occurrences = list_.document_frequency + number();
  list_.first = static_cast<uint32_t>(number());
  list_.last = list_.first + static_cast<uint32_t>(number());
  const uint64_t bytes = number();
  list_.bytes = {at, static_cast<size_t>(bytes)};
  at_ = static_cast<size_t>(at - bytes_.data()) + bytes;
  return true;
}

RunMerger::RunMerger(std::vector<RunCursor> runs) : runs_(std::move(runs)) {
  for (uint32_t run = 0; run < runs_.size(); ++run) push(run);
}

bool RunMerger::is_behind(uint32_t a, uint32_t b) const {
  const RunCursor &left = runs_[a], &right = runs_[b];
  if (left.prefix() != right.prefix()) return left.prefix() > right.prefix();
  const int order = left.term().compare(right.term());
  return order != 0 ? order > 0 : a > b;
}

void RunMerger::push(uint32_t run) {
  if (!runs_[run].next()) return;
  heap_.push_back(run);
  std::push_heap(heap_.begin(), heap_.end(),
                 [this](uint32_t a, uint32_t b) { return is_behind(a, b); });
}

bool RunMerger::next() {
  for (const uint32_t run : current_) push(run);
  current_.clear();
  pieces_.clear();
  if (heap_.empty()) return false;
  term_ = runs_[heap_.front()].term();
  const uint64_t prefix = runs_[heap_.front()].prefix();
  while (!heap_.empty()) {
    const RunCursor& least = runs_[heap_.front()];
    if (least.prefix() != prefix || least.term() != term_) break;
    current_.push_back(heap_.front());
    pieces_.push_back(least.list());
    std::pop_heap(heap_.begin(), heap_.end(),
                  [this](uint32_t a, uint32_t b) { return is_behind(a, b); });
    heap_.pop_back();
  }
  return true;
}

void RunFieldWriter::add(std::string_view term, std::span<const RunList> pieces, std::string& out) {
  size_t shared = 0;
  const size_t most = std::min(term.size(), last_.size());
  while (shared < most && term[shared] == last_[shared]) ++shared;
  append_varint(out, shared);
  append_varint(out, term.size() - shared);
  out += term.substr(shared);
  last_ = term;

  RunList whole = pieces[0];
  size_t bytes = whole.bytes.size();
  std::string joints;  // what stands for each later piece's first posting
  std::vector<size_t> joint_bytes(pieces.size()), skipped(pieces.size());
  for (size_t i = 1; i < pieces.size(); ++i) {
    const RunList& piece = pieces[i];
    const std::byte* at = piece.bytes.data();
    uint64_t count = 0;
    read_varint(at, at + piece.bytes.size(), count);
    const size_t before = joints.size();
    append_varint(joints, uint64_t{piece.first - whole.last - 1} * 2 + (count > 1));
    if (count > 1) append_varint(joints, count - 2);
    joint_bytes[i] = joints.size() - before;
    skipped[i] = static_cast<size_t>(at - piece.bytes.data());
    bytes += joint_bytes[i] + piece.bytes.size() - skipped[i];
    whole.document_frequency += piece.document_frequency;
    whole.occurrences += piece.occurrences;
    whole.last = piece.last;
  }
  append_varint(out, whole.document_frequency);
  append_varint(out, whole.occurrences - whole.document_frequency);
  append_varint(out, whole.first);
  append_varint(out, whole.last - whole.first);
  append_varint(out, bytes);
  const char* joint = joints.data();
  for (size_t i = 0; i < pieces.size(); ++i) {
    out.append(joint, joint_bytes[i]);
    joint += joint_bytes[i];
    out.append(reinterpret_cast<const char*>(pieces[i].bytes.data()) + skipped[i],
               pieces[i].bytes.size() - skipped[i]);
  }
}

}  // namespace querl
