#include "retrieval/bm25/verify.h"

#include <algorithm>
#include <string_view>

#include "base/errors.h"
#include "retrieval/bm25/index.h"
#include "retrieval/bm25/manifest.h"
#include "retrieval/bm25/posting_list.h"

namespace querl {
namespace {

constexpr uint64_t kReleaseBytes = 4 << 20;
constexpr uint32_t kStepTerms = 4096;  // between looks at `stop`

// Every list of a field: ends where the next begins, holds what the dictionary says, and adds up.
void verify_postings(const Segment& segment, size_t field, const std::stop_token& stop,
                     VerifyReport& report) {
  const SectionView postings = segment.postings(field);
  const FieldLengths lengths = segment.lengths(field);
  std::vector<uint64_t> words(segment.documents());
  uint64_t terms = 0, count = 0, at = 0, released = 0;
  std::string last;
  for (TermCursor cursor(segment.dictionary(field)); cursor.next(); ++terms) {
    if (terms % kStepTerms == 0 && stop.stop_requested()) throw Cancelled();
    if (terms > 0 && cursor.term() <= last) postings.corrupt("has terms out of order");
    last = cursor.term();
    const TermInfo& info = cursor.info();
    if (info.first != at) postings.corrupt("has lists that do not follow one another");
    const auto found = segment.find(field, last);
    if (!found || found->first != at) postings.corrupt("has a term that cannot be found");
    PostingReader reader(postings, info.first, info.bytes, info.document_frequency,
                         segment.documents());
    std::span<const Posting> block;
    uint64_t occurrences = 0, documents = 0;
    while (reader.next_block(block)) {
      documents += block.size();
      for (const Posting& posting : block) {
        occurrences += posting.count;
        words[posting.document] += posting.count;
      }
    }
    if (occurrences != info.occurrences || documents != info.document_frequency) {
      postings.corrupt("has a list of other counts than the dictionary says");
    }
    at += info.bytes;
    count += documents;
    if (at - released >= kReleaseBytes) {
      postings.release(released, at - released);
      released = at;
    }
  }
  const FieldStatistics& statistics = segment.statistics(field);
  uint64_t sum = 0, with_field = 0;
  for (uint32_t d = 0; d < segment.documents(); ++d) {
    if (words[d] != lengths.length(d)) postings.corrupt("has other words than its documents");
    sum += words[d];
    with_field += words[d] > 0;
  }
  const bool adds_up = at == postings.size() && terms == statistics.terms &&
                       count == statistics.postings && sum == statistics.words &&
                       with_field == statistics.documents_with_field;
  if (!adds_up) postings.corrupt("has other statistics than the segment says");
  report.terms += terms;
  report.postings += count;
}

// Every document is found by its key and by its ordinal.
void verify_documents(const Segment& segment, const std::stop_token& stop) {
  for (uint32_t d = 0; d < segment.documents(); ++d) {
    if (d % kStepTerms == 0 && stop.stop_requested()) throw Cancelled();
    const auto damaged = [&](const std::string& what) {
      segment.file().section("segment").corrupt(what + " of document " + std::to_string(d));
    };
    if (segment.document_of(segment.ordinal(d)) != d) damaged("lacks the ordinal");
    segment.stored(d);
    // A key may have been given again, so that it leads to another document of the same key.
    const auto found = segment.find_key(segment.key(d), nullptr);
    if (!found || segment.key(*found) != segment.key(d)) damaged("lacks the key");
  }
}

}  // namespace

VerifyReport verify_index(const std::string& folder, const std::stop_token& stop,
                          const std::function<void(uint64_t, uint64_t)>& progress) {
  VerifyReport report;
  std::shared_ptr<const Bm25Index> index;
  try {
    index = Bm25Index::open(folder);
  } catch (const Error& error) {
    if (std::string_view(error.code()) != "ERR_QUERL_INDEX_CORRUPT") throw;
    report.problems.emplace_back(error.what());
    return report;
  }
  report.bytes = index->bytes();
  report.documents = index->documents();
  uint64_t before = 0;
  for (const SegmentView& view : index->segments()) {
    const Segment& segment = *view.segment;
    ++report.segments;
    try {
      segment.file().verify(stop, [&](uint64_t done) {
        if (progress) progress(before + done, report.bytes);
      });
      for (size_t f = 0; f < segment.fields(); ++f) verify_postings(segment, f, stop, report);
      verify_documents(segment, stop);
      segment.file().check_whole();
    } catch (const Cancelled&) {
      throw;
    } catch (const Error& error) {
      report.problems.emplace_back(error.what());
    }
    before += segment.bytes();
    if (progress) progress(before, report.bytes);
  }
  return report;
}

}  // namespace querl
