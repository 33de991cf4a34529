#include "retrieval/bm25/inverted_run.h"

#include <algorithm>
#include <cstring>

#include "retrieval/bm25/term_prefix.h"

namespace querl {
namespace {

constexpr uint64_t kMarkBytes = 4 << 10;
constexpr size_t kVarintBytes = 10;  // at most

char* put_varint(char* at, uint64_t value) {
  for (; value >= 0x80; value >>= 7) *at++ = static_cast<char>(value | 0x80);
  *at++ = static_cast<char>(value);
  return at;
}

size_t shared_bytes(std::string_view a, std::string_view b) {
  const size_t most = std::min(a.size(), b.size());
  size_t shared = 0;
  while (shared < most && a[shared] == b[shared]) ++shared;
  return shared;
}

}  // namespace

std::pair<uint64_t, uint64_t> RunField::part(const TermRange& range) const {
  const auto reaches = [](const RunMark& mark, uint64_t prefix) { return mark.prefix < prefix; };
  // Terms with the range's first prefix may stand before the first mark that has it.
  auto first = std::lower_bound(marks.begin(), marks.end(), range.first, reaches);
  if (first != marks.begin()) --first;
  const auto end =
      range.has_end ? std::lower_bound(first, marks.end(), range.end, reaches) : marks.end();
  const auto place = [this](auto mark) { return mark == marks.end() ? size : mark->at; };
  return {place(first), place(end)};
}

char* RunFieldWriter::room_for(size_t bytes) {
  if (bytes_.size() - size_ < bytes) {
    bytes_.resize(std::max(bytes_.size() * 2, size_ + bytes));
  }
  return bytes_.data() + size_;
}

void RunFieldWriter::add(std::string_view term, std::span<const Posting> postings,
                         uint64_t occurrences) {
  char* at = room_for(term.size() + 6 * kVarintBytes);
  size_t shared = 0;
  if (marks_.empty() || size_ - marks_.back().at >= kMarkBytes) {
    marks_.push_back({term_prefix(term), size_});
  } else {
    shared = shared_bytes(term, last_);
  }
  last_ = term;
  at = put_varint(at, shared * 2 + (postings.size() > 1));
  at = put_varint(at, term.size() - shared);
  std::memcpy(at, term.data() + shared, term.size() - shared);
  at += term.size() - shared;
  if (postings.size() == 1) {
    at = put_varint(at, postings[0].document);
    at = put_varint(at, occurrences - 1);
    size_ = static_cast<size_t>(at - bytes_.data());
    return;
  }
  list_.resize(std::max(list_.size(), postings.size() * kVarintBytes));
  char* end = put_varint(list_.data(), postings[0].count - 1);
  for (size_t i = 1; i < postings.size(); ++i) {
    const uint32_t skipped = postings[i].document - postings[i - 1].document - 1;
    const uint32_t count = postings[i].count;
    end = put_varint(end, uint64_t{skipped} * 2 + (count > 1));
    if (count > 1) end = put_varint(end, count - 2);
  }
  const auto list_bytes = static_cast<size_t>(end - list_.data());
  at = put_varint(at, postings.size() - 2);
  at = put_varint(at, occurrences - postings.size());
  at = put_varint(at, postings[0].document);
  at = put_varint(at, list_bytes);
  size_ = static_cast<size_t>(at - bytes_.data());
  std::memcpy(room_for(list_bytes), list_.data(), list_bytes);
  size_ += list_bytes;
}

void RunFieldWriter::finish(RunField& out) {
  out.bytes = std::make_unique<MemoryBytes>();
  out.bytes->append(std::as_bytes(std::span(bytes_)).first(size_));
  out.size = size_;
  out.marks.assign(marks_.begin(), marks_.end());
  size_ = 0;
  marks_.clear();
  last_.clear();
}

bool RunCursor::next() {
  do {
    if (at_ == end_) return false;
    const uint64_t head = take_varint(at_), length = take_varint(at_);
    term_.resize(head / 2);
    term_.append(reinterpret_cast<const char*>(at_), length);
    at_ += length;
    prefix_ = term_prefix(term_);
    if (head % 2 == 0) {
      list_.document_frequency = 1;
      list_.first = first_document_ + static_cast<uint32_t>(take_varint(at_));
      list_.occurrences = take_varint(at_) + 1;
      list_.bytes = {};
    } else {
      list_.document_frequency = static_cast<uint32_t>(take_varint(at_)) + 2;
      list_.occurrences = take_varint(at_) + list_.document_frequency;
      list_.first = first_document_ + static_cast<uint32_t>(take_varint(at_));
      const uint64_t bytes = take_varint(at_);
      list_.bytes = {at_, static_cast<size_t>(bytes)};
      at_ += bytes;
    }
  } while (prefix_ < range_.first);
  return !range_.is_behind(prefix_);
}

RunMerger::RunMerger(std::vector<RunCursor> runs) : runs_(std::move(runs)) {
  for (uint32_t run = 0; run < runs_.size(); ++run) {
    if (runs_[run].next()) heap_.push_back({runs_[run].prefix(), run});
  }
  for (size_t at = heap_.size() / 2; at-- > 0;) sink(at);
}

bool RunMerger::is_behind(const Head& a, const Head& b) const {
  if (a.prefix != b.prefix) return a.prefix > b.prefix;
  const int order = runs_[a.run].term().compare(runs_[b.run].term());
  return order != 0 ? order > 0 : a.run > b.run;
}

// Moves a head down to where none below it comes before it.
void RunMerger::sink(size_t at) {
  const Head head = heap_[at];
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && is_behind(heap_[child], heap_[child + 1])) ++child;
    if (!is_behind(head, heap_[child])) break;
    heap_[at] = heap_[child];
    at = child;
  }
  heap_[at] = head;
}

// The run in front goes to its next term.
void RunMerger::advance() {
  RunCursor& run = runs_[heap_[0].run];
  if (run.next()) {
    heap_[0].prefix = run.prefix();
  } else {
    heap_[0] = heap_.back();
    heap_.pop_back();
  }
  if (!heap_.empty()) sink(0);
}

bool RunMerger::next() {
  lists_.clear();
  if (heap_.empty()) return false;
  term_ = runs_[heap_[0].run].term();
  const uint64_t prefix = heap_[0].prefix;
  do {
    lists_.push_back(runs_[heap_[0].run].list());
    advance();
  } while (!heap_.empty() && heap_[0].prefix == prefix && runs_[heap_[0].run].term() == term_);
  return true;
}

}  // namespace querl
