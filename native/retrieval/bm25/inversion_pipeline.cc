#include "retrieval/bm25/inversion_pipeline.h"

#include <algorithm>
#include <utility>

#include "base/errors.h"
#include "retrieval/bm25/inverter.h"

namespace querl {
namespace {

// The larger a chunk, the fewer runs have a rare word's term each; but a thread's tables are
// several times as large.
constexpr uint64_t kMostChunkBytes = 8 << 20;
constexpr uint64_t kLeastChunkBytes = 1 << 20;

// Of a range. Each run adds the distance between two marks that is read and skipped.
constexpr uint64_t kMostRangeBytes = 16 << 20;
constexpr uint64_t kLeastRangeBytes = 1 << 20;
constexpr uint64_t kRangesPerThread = 8;

uint64_t size_of(const std::vector<RunField>& run) {
  uint64_t bytes = 0;
  for (const RunField& field : run) bytes += field.size;
  return bytes;
}

}  // namespace

InversionPipeline::InversionPipeline(Options options) : options_(std::move(options)) {}

InversionPipeline::~InversionPipeline() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

uint64_t InversionPipeline::chunk_bytes() const {
  // Each thread has one at work and one that waits.
  return std::clamp(options_.memory_bytes / (8 * static_cast<uint64_t>(options_.threads)),
                    kLeastChunkBytes, kMostChunkBytes);
}

void InversionPipeline::submit(std::vector<DocumentInput> documents, const std::stop_token& stop) {
  // Threads start when there is work for them: a writer that only deletes needs none.
  if (threads_.size() < static_cast<size_t>(options_.threads)) {
    threads_.emplace_back([this](const std::stop_token& ended) { work(ended); });
  }
  std::unique_lock lock(mutex_);
  wait(lock, stop, [this] { return waiting_.size() < static_cast<size_t>(options_.threads); });
  const auto count = static_cast<uint32_t>(documents.size());
  waiting_.push_back({submitted_++, documents_, std::move(documents)});
  documents_ += count;
  runs_.emplace_back();
  lock.unlock();
  changed_.notify_all();
}

void InversionPipeline::drain(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  wait(lock, stop, [this] { return inverted_ == submitted_; });
  if (spool_ != nullptr) spool_->flush();
}

void InversionPipeline::wait(std::unique_lock<std::mutex>& lock, const std::stop_token& stop,
                             const std::function<bool()>& until) {
  changed_.wait(lock, stop, [&] { return error_ != nullptr || until(); });
  if (error_ != nullptr) std::rethrow_exception(error_);
  if (stop.stop_requested()) throw Cancelled();
}

std::vector<TermRange> InversionPipeline::ranges(size_t field) const {
  uint64_t bytes = 0;
  std::vector<uint64_t> prefixes;
  for (const Run& run : runs_) {
    bytes += run[field].size;
    for (const RunMark& mark : run[field].marks) prefixes.push_back(mark.prefix);
  }
  std::sort(prefixes.begin(), prefixes.end());
  const uint64_t share = bytes / (kRangesPerThread * static_cast<uint64_t>(options_.threads));
  const uint64_t range_bytes = std::clamp(share, kLeastRangeBytes, kMostRangeBytes);
  std::vector<TermRange> ranges(1);
  const size_t step = prefixes.size() / (bytes / range_bytes + 1) + 1;
  for (size_t i = step; i < prefixes.size(); i += step) {
    if (prefixes[i] <= ranges.back().first) continue;
    ranges.back().end = prefixes[i];
    ranges.back().has_end = true;
    ranges.push_back({prefixes[i]});
  }
  return ranges;
}

InversionPipeline::Part InversionPipeline::part(size_t field, const TermRange& range) const {
  Part part;
  part.bytes = std::make_unique<MemoryBytes>();
  size_t bytes = 0;
  for (const Run& run : runs_) {
    if (run[field].bytes != nullptr) continue;
    const auto [first, end] = run[field].part(range);
    bytes += end - first;
  }
  std::span<std::byte> read = part.bytes->extend(bytes);
  for (const Run& run : runs_) {
    const RunField& from = run[field];
    const auto [first, end] = from.part(range);
    if (first == end) continue;
    std::span<const std::byte> terms;
    if (from.bytes != nullptr) {
      terms = from.bytes->bytes().subspan(first, end - first);
    } else {
      spool_->read_at(from.first + first, read.first(end - first));
      terms = read.first(end - first);
      read = read.subspan(end - first);
    }
    part.runs.emplace_back(terms, from.first_document, range);
  }
  return part;
}

std::vector<uint32_t> InversionPipeline::lengths(size_t field) const {
  std::vector<uint32_t> lengths;
  lengths.reserve(documents_);
  for (const Run& run : runs_) {
    lengths.insert(lengths.end(), run[field].lengths.begin(), run[field].lengths.end());
  }
  return lengths;
}

void InversionPipeline::work(const std::stop_token& stop) {
  try {
    Inverter inverter(options_.analyzer, options_.fields);
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [this] { return !waiting_.empty(); });
      if (stop.stop_requested()) return;
      Chunk chunk = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      changed_.notify_all();
      invert(std::move(chunk), inverter, stop);
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (error_ == nullptr && !stop.stop_requested()) error_ = std::current_exception();
  }
  changed_.notify_all();
}

void InversionPipeline::invert(Chunk chunk, Inverter& inverter, const std::stop_token& stop) {
  Run run = inverter.invert(chunk.documents, chunk.first_document, stop);
  chunk.documents = {};
  const uint64_t bytes = size_of(run);
  std::unique_lock lock(mutex_);
  const bool has_room = options_.folder.empty() || memory_ + bytes <= options_.memory_bytes;
  if (has_room) {
    memory_ += bytes;
  } else {
    lock.unlock();
    spill(run);
    lock.lock();
  }
  for (const RunField& field : run) postings_ += field.postings;
  runs_[chunk.number] = std::move(run);
  ++inverted_;
  lock.unlock();
  changed_.notify_all();
}

void InversionPipeline::spill(Run& run) {
  const std::lock_guard lock(spool_mutex_);
  if (spool_ == nullptr) spool_ = std::make_unique<Spool>(options_.folder);
  for (RunField& field : run) {
    field.first = spool_->size();
    const auto bytes = field.bytes->bytes();
    spool_->append({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    field.bytes.reset();
  }
}

}  // namespace querl
