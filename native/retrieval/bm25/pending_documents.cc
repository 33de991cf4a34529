#include "retrieval/bm25/pending_documents.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/errors.h"
#include "retrieval/bm25/inverter.h"
#include "retrieval/bm25/segment_layout.h"
#include "retrieval/bm25/segment_writer.h"

namespace querl {
namespace {

size_t size_of(const DocumentInput& document) {
  size_t bytes = 64;
  for (const FieldInput& field : document.fields) {
    if (const auto* text = std::get_if<std::string>(&field)) {
      bytes += text->size();
    } else {
      for (const std::string& token : std::get<1>(field)) bytes += token.size() + 1;
    }
  }
  return bytes;
}

void encode_runs(std::vector<RunCursor> runs, TermEncoder& encoder) {
  RunMerger merger(std::move(runs));
  while (merger.next()) {
    uint64_t occurrences = 0;
    for (const RunList& list : merger.lists()) {
      for_each_posting(list,
                       [&](uint32_t document, uint32_t count) { encoder.add(document, count); });
      occurrences += list.occurrences;
    }
    encoder.end_term(merger.term(), occurrences);
  }
}

}  // namespace

PendingDocuments::PendingDocuments(InversionPipeline::Options options, uint32_t first_ordinal)
    : fields_(options.fields),
      first_ordinal_(first_ordinal),
      key_texts_(options.folder),
      stored_(options.folder),
      pipeline_(std::move(options)) {}

void PendingDocuments::add(DocumentInput document, const std::stop_token& stop) {
  const uint32_t ordinal = first_ordinal_ + count_;
  if (ordinal >= std::numeric_limits<uint32_t>::max() - 1) {
    throw Error("ERR_QUERL_ARGUMENT", "An index has at most 2^32 - 2 documents over its life.");
  }
  if (document.fields.size() > fields_) {
    throw Error("ERR_QUERL_ARGUMENT", "Expected documents of at most " + std::to_string(fields_) +
                                          " fields, but got one of " +
                                          std::to_string(document.fields.size()) + ".");
  }
  const bool is_implicit = !document.key || decimal_of(*document.key) == ordinal;
  if (!is_implicit) keys_.insert(*document.key, count_);
  key_texts_.add(is_implicit ? std::nullopt : std::optional<std::string_view>(*document.key));
  stored_.add(document.stored.empty() ? std::nullopt
                                      : std::optional<std::string_view>(document.stored));
  ++count_;
  const size_t bytes = size_of(document);
  chunk_bytes_ += bytes;
  if (bytes <= kLongestToken) {
    document.key.reset();
  } else if (!document.key) {
    document.key = std::to_string(ordinal);  // it may be named in a message
  }
  document.stored.clear();
  chunk_.push_back(std::move(document));
  if (chunk_bytes_ >= pipeline_.chunk_bytes()) submit(stop);
}

void PendingDocuments::submit(const std::stop_token& stop) {
  pipeline_.submit(std::exchange(chunk_, {}), stop);
  chunk_bytes_ = 0;
}

std::optional<uint32_t> PendingDocuments::find(std::string_view key) const {
  const auto is_live = [this](uint32_t document) {
    const bool is_removed =
        document / 64 < removed_.size() && (removed_[document / 64] >> (document % 64) & 1);
    return !is_removed;
  };
  if (const auto document = keys_.find(key)) {
    if (is_live(*document)) return document;
  }
  const uint64_t ordinal = decimal_of(key);
  if (ordinal < first_ordinal_ || ordinal - first_ordinal_ >= count_) return std::nullopt;
  const auto document = static_cast<uint32_t>(ordinal - first_ordinal_);
  if (key_texts_.has(document) || !is_live(document)) return std::nullopt;
  return document;
}

void PendingDocuments::remove(uint32_t document) {
  removed_.resize(std::max(removed_.size(), size_t{document / 64} + 1));
  removed_[document / 64] |= uint64_t{1} << (document % 64);
}

std::shared_ptr<const Deletions> PendingDocuments::removed() const {
  if (removed_.empty()) return nullptr;
  std::vector<uint64_t> words = removed_;
  words.resize((size_t{count_} + 63) / 64);
  return std::make_shared<const Deletions>(count_, std::move(words));
}

std::shared_ptr<const Segment> PendingDocuments::write(
    const std::string& path, const std::stop_token& stop,
    const std::function<void(uint64_t, uint64_t)>& progress) {
  if (!chunk_.empty()) submit(stop);
  pipeline_.drain(stop);
  SegmentWriter out(path, count_, fields_);
  uint64_t done = 0;
  for (size_t field = 0; field < fields_; ++field) {
    out.begin_field(pipeline_.lengths(field));
    const std::vector<TermRange> ranges = pipeline_.ranges(field);
    const auto encode = [&](size_t range, TermEncoder& encoder) {
      InversionPipeline::Part part = pipeline_.part(field, ranges[range]);
      encode_runs(std::move(part.runs), encoder);
    };
    const auto take = [&](const EncodedTerms& terms) {
      out.add(terms);
      done += terms.postings;
      if (progress) progress(done, pipeline_.postings());
    };
    encode_terms(ranges.size(), pipeline_.threads(), out.lengths(), encode, take, stop);
    out.end_field();
  }
  if (!key_texts_.empty()) {
    std::string decimal;
    out.write_keys([this, next = key_texts_.in_turn(),
                    decimal](uint32_t document) mutable -> std::string_view {
      if (const auto key = next()) return *key;
      decimal = std::to_string(first_ordinal_ + document);
      return decimal;
    });
  }
  if (!stored_.empty()) {
    out.write_stored([next = stored_.in_turn()](uint32_t) { return next().value_or(""); });
  }
  if (progress) progress(done, done);
  return out.finish(first_ordinal_);
}

}  // namespace querl
