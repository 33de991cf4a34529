#include "retrieval/bm25/merge.h"

#include <algorithm>
#include <limits>

#include "base/errors.h"
#include "retrieval/bm25/inverted_run.h"
#include "retrieval/bm25/posting_list.h"
#include "retrieval/bm25/segment_writer.h"
#include "retrieval/bm25/term_prefix.h"

namespace querl {
namespace {

constexpr uint32_t kDropped = std::numeric_limits<uint32_t>::max();
constexpr uint64_t kPartBytes = 512 << 10;   // of the largest source's lists
constexpr uint64_t kReleaseBytes = 1 << 20;  // of lists, given back once read
constexpr uint64_t kUnread = std::numeric_limits<uint64_t>::max();

// A segment on its way into another one.
struct Source {
  const Segment* segment = nullptr;
  const Deletions* deleted = nullptr;
  uint32_t base = 0;              // the new number of its first document
  std::vector<uint32_t> numbers;  // (N) new numbers; empty: base + document

  uint32_t number(uint32_t document) const {
    return numbers.empty() ? base + document : numbers[document];
  }
};

std::vector<Source> sources_of(std::span<const SegmentView> segments, uint64_t& documents) {
  std::vector<Source> sources;
  documents = 0;
  for (const SegmentView& view : segments) {
    Source source{view.segment.get(), view.deleted.get(), static_cast<uint32_t>(documents), {}};
    if (source.deleted != nullptr) {
      auto next = static_cast<uint32_t>(documents);
      for (uint32_t d = 0; d < source.segment->documents(); ++d) {
        source.numbers.push_back(source.deleted->contains(d) ? kDropped : next++);
      }
    }
    documents += view.live();
    if (documents >= kDropped)
      throw Error("ERR_QUERL_ARGUMENT", "A segment has too many documents.");
    sources.push_back(std::move(source));
  }
  return sources;
}

// The terms of one field of all sources that are in a range, in order.
class FieldMerger {
 public:
  FieldMerger(std::span<const Source> sources, size_t field, const TermRange& range)
      : sources_(sources), field_(field), range_(range), released_(sources.size(), kUnread) {
    for (const Source& source : sources) {
      cursors_.emplace_back(source.segment->dictionary(field));
      TermCursor& cursor = cursors_.back();
      if (cursor.seek(range.first)) push(static_cast<uint32_t>(cursors_.size() - 1));
    }
  }

  // Moves to the next term: which sources have it, ascending.
  bool next() {
    for (const uint32_t source : current_) {
      if (cursors_[source].next()) push(source);
    }
    current_.clear();
    if (heap_.empty()) return false;
    const auto behind = [this](const Head& a, const Head& b) { return is_behind(a, b); };
    term_ = cursors_[heap_.front().source].term();
    while (!heap_.empty() && cursors_[heap_.front().source].term() == term_) {
      current_.push_back(heap_.front().source);
      std::pop_heap(heap_.begin(), heap_.end(), behind);
      heap_.pop_back();
    }
    return true;
  }

  void encode(TermEncoder& out) {
    uint64_t occurrences = 0;
    for (const uint32_t at : current_) {
      const Source& source = sources_[at];
      const TermInfo& info = cursors_[at].info();
      const SectionView postings = source.segment->postings(field_);
      PostingReader reader(postings, info.first, info.bytes, info.document_frequency,
                           source.segment->documents());
      std::span<const Posting> block;
      while (reader.next_block(block)) {
        for (const Posting& posting : block) {
          const uint32_t number = source.number(posting.document);
          if (number == kDropped) continue;
          out.add(number, posting.count);
          occurrences += posting.count;
        }
      }
      release(at, info, postings);
    }
    if (occurrences > 0) out.end_term(term_, occurrences);
  }

 private:
  struct Head {
    uint64_t prefix;
    uint32_t source;
  };

  bool is_behind(const Head& a, const Head& b) const {
    if (a.prefix != b.prefix) return a.prefix > b.prefix;
    const int order = cursors_[a.source].term().compare(cursors_[b.source].term());
    return order != 0 ? order > 0 : a.source > b.source;
  }

  // A source that has moved to a term.
  void push(uint32_t source) {
    const uint64_t prefix = term_prefix(cursors_[source].term());
    if (range_.is_behind(prefix)) return;
    heap_.push_back({prefix, source});
    std::push_heap(heap_.begin(), heap_.end(),
                   [this](const Head& a, const Head& b) { return is_behind(a, b); });
  }

  void release(uint32_t source, const TermInfo& info, const SectionView& postings) {
    uint64_t& released = released_[source];
    if (released == kUnread) released = info.first;
    const uint64_t end = info.first + info.bytes;
    if (end < released + kReleaseBytes) return;
    postings.release(released, end - released);
    released = end;
  }

  std::span<const Source> sources_;
  size_t field_;
  TermRange range_;
  std::vector<TermCursor> cursors_;
  std::vector<Head> heap_;         // the least term in front
  std::vector<uint32_t> current_;  // sources of the current term
  std::vector<uint64_t> released_;
  std::string term_;
};

// Ranges of about as many postings.
std::vector<TermRange> ranges_of(std::span<const Source> sources, size_t field) {
  const auto terms = [&](const Source& a, const Source& b) {
    return a.segment->postings(field).size() < b.segment->postings(field).size();
  };
  const Source& largest = *std::max_element(sources.begin(), sources.end(), terms);
  std::vector<TermRange> ranges(1);
  for (const uint64_t prefix : largest.segment->dictionary(field).split(kPartBytes)) {
    ranges.back().end = prefix;
    ranges.back().has_end = true;
    ranges.push_back({prefix});
  }
  return ranges;
}

std::vector<uint32_t> merged_lengths(std::span<const Source> sources, size_t field,
                                     uint64_t documents) {
  std::vector<uint32_t> lengths;
  lengths.reserve(documents);
  for (const Source& source : sources) {
    const FieldLengths from = source.segment->lengths(field);
    for (uint32_t d = 0; d < source.segment->documents(); ++d) {
      if (source.number(d) != kDropped) lengths.push_back(from.length(d));
    }
  }
  return lengths;
}

std::vector<uint32_t> merged_ordinals(std::span<const Source> sources, uint64_t documents) {
  std::vector<uint32_t> ordinals;
  ordinals.reserve(documents);
  for (const Source& source : sources) {
    for (uint32_t d = 0; d < source.segment->documents(); ++d) {
      if (source.number(d) != kDropped) ordinals.push_back(source.segment->ordinal(d));
    }
  }
  return ordinals;
}

// Calls of the result, once for each document in turn, give what `of` says of it in its source.
template <typename Of>
SegmentWriter::Strings in_turn(std::span<const Source> sources, Of of) {
  struct State {
    size_t source = 0;
    uint32_t document = 0;
    std::string text;
  };
  return [sources, of, state = std::make_shared<State>()](uint32_t) -> std::string_view {
    for (;; ++state->document) {
      while (state->document == sources[state->source].segment->documents()) {
        ++state->source;
        state->document = 0;
      }
      const Source& source = sources[state->source];
      if (source.number(state->document) != kDropped) {
        state->text = of(*source.segment, state->document++);
        return state->text;
      }
    }
  };
}

}  // namespace

std::shared_ptr<const Segment> merge_segments(std::span<const SegmentView> segments,
                                              const std::string& path, int threads,
                                              const std::stop_token& stop,
                                              const std::function<void(uint64_t)>& progress) {
  uint64_t documents = 0;
  const std::vector<Source> sources = sources_of(segments, documents);
  if (documents == 0) return nullptr;
  const size_t fields = sources[0].segment->fields();
  SegmentWriter out(path, static_cast<uint32_t>(documents), fields);
  uint64_t done = 0;
  for (size_t field = 0; field < fields; ++field) {
    out.begin_field(merged_lengths(sources, field, documents));
    const std::vector<TermRange> ranges = ranges_of(sources, field);
    const auto encode = [&](size_t range, TermEncoder& encoder) {
      FieldMerger merger(sources, field, ranges[range]);
      while (merger.next()) merger.encode(encoder);
    };
    const auto take = [&](const EncodedTerms& terms) {
      out.add(terms);
      done += terms.postings;
      if (progress) progress(done);
    };
    encode_terms(ranges.size(), threads, out.lengths(), encode, take, stop);
    out.end_field();
  }
  const std::vector<uint32_t> ordinals = merged_ordinals(sources, documents);
  if (ordinals.back() - ordinals.front() != documents - 1) out.write_ordinals(ordinals);
  const auto any = [&](auto has) {
    return std::any_of(sources.begin(), sources.end(),
                       [&](const Source& source) { return has(*source.segment); });
  };
  if (any([](const Segment& segment) { return segment.has_keys(); })) {
    out.write_keys(in_turn(
        sources, [](const Segment& segment, uint32_t document) { return segment.key(document); }));
  }
  if (any([](const Segment& segment) { return segment.has_stored(); })) {
    out.write_stored(in_turn(sources, [](const Segment& segment, uint32_t document) {
      return segment.stored(document);
    }));
  }
  if (progress) progress(done);
  return out.finish(ordinals.front());
}

}  // namespace querl
