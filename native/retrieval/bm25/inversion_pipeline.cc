#include "retrieval/bm25/inversion_pipeline.h"

#include <algorithm>
#include <utility>

#include "base/errors.h"
#include "retrieval/bm25/inverter.h"

namespace querl {

InversionPipeline::InversionPipeline(Options options)
    : options_(std::move(options)), lengths_(options_.fields) {}

InversionPipeline::~InversionPipeline() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

void InversionPipeline::submit(std::vector<DocumentInput> documents, const std::stop_token& stop) {
  // Threads start when there is work for them: a writer that only deletes needs none.
  if (threads_.size() < static_cast<size_t>(options_.threads)) {
    threads_.emplace_back([this](const std::stop_token& ended) { work(ended); });
  }
  std::unique_lock lock(mutex_);
  wait(lock, stop, [this] {
    // A run under way is not counted yet, so that without any the budget cannot be exceeded for
    // ever.
    const bool has_room = options_.folder.empty() || memory_ < options_.memory_bytes ||
                          (inverted_ == submitted_ && !spilling_);
    return waiting_.size() < static_cast<size_t>(options_.threads) && has_room;
  });
  const auto count = static_cast<uint32_t>(documents.size());
  waiting_.push_back({submitted_++, documents_, std::move(documents)});
  documents_ += count;
  runs_.emplace_back();
  for (auto& field : lengths_) field.emplace_back();
  lock.unlock();
  changed_.notify_all();
}

void InversionPipeline::drain(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  // A thread may have seen that it should spill and not have begun yet.
  wait(lock, stop, [this] { return inverted_ == submitted_ && !spilling_ && !should_spill(); });
}

void InversionPipeline::wait(std::unique_lock<std::mutex>& lock, const std::stop_token& stop,
                             const std::function<bool()>& until) {
  changed_.wait(lock, stop, [&] { return error_ != nullptr || until(); });
  if (error_ != nullptr) std::rethrow_exception(error_);
  if (stop.stop_requested()) throw Cancelled();
}

std::vector<RunCursor> InversionPipeline::runs(size_t field) const {
  std::vector<RunCursor> cursors;
  for (const Spill& spill : spills_) {
    const auto [first, bytes] = spill.fields[field];
    cursors.emplace_back(spill.spool->read().subspan(first, bytes), spill.spool.get(), first);
  }
  for (const auto& run : runs_) {
    if (run == nullptr) continue;
    cursors.emplace_back(std::as_bytes(std::span(run->fields[field].bytes)), nullptr, 0);
  }
  return cursors;
}

std::vector<uint32_t> InversionPipeline::lengths(size_t field) const {
  std::vector<uint32_t> lengths;
  lengths.reserve(documents_);
  for (const auto& chunk : lengths_[field]) {
    lengths.insert(lengths.end(), chunk.begin(), chunk.end());
  }
  return lengths;
}

void InversionPipeline::work(const std::stop_token& stop) {
  try {
    Inverter inverter(options_.analyzer, options_.fields);
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [this] { return !waiting_.empty() || should_spill(); });
      if (stop.stop_requested()) return;
      if (should_spill()) {
        lock.unlock();
        spill();
        continue;
      }
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
  auto run =
      std::make_unique<InvertedRun>(inverter.invert(chunk.documents, chunk.first_document, stop));
  chunk.documents.clear();
  const std::lock_guard lock(mutex_);
  for (size_t f = 0; f < options_.fields; ++f) {
    lengths_[f][chunk.number] = std::move(run->fields[f].lengths);
    postings_ += run->fields[f].postings;
  }
  memory_ += run->memory();
  runs_[chunk.number] = std::move(run);
  ++inverted_;
  changed_.notify_all();
}

// At half of the budget, so that the threads can go on while one of them spills.
bool InversionPipeline::should_spill() const {
  return !options_.folder.empty() && !spilling_ && memory_ >= options_.memory_bytes / 2 &&
         spilled_ < runs_.size() && runs_[spilled_] != nullptr;
}

void InversionPipeline::spill() {
  std::vector<std::unique_ptr<InvertedRun>> runs;
  {
    const std::lock_guard lock(mutex_);
    if (!should_spill()) return;  // another thread was quicker
    spilling_ = true;
    for (size_t i = spilled_; i < runs_.size() && runs_[i] != nullptr; ++i) {
      runs.push_back(std::move(runs_[i]));
    }
  }
  Spill made = spilled(runs);
  uint64_t memory = 0;
  for (const auto& run : runs) memory += run->memory();
  const size_t count = runs.size();
  runs.clear();
  const std::lock_guard lock(mutex_);
  spills_.push_back(std::move(made));
  spilled_ += count;
  memory_ -= memory;
  spilling_ = false;
  changed_.notify_all();
}

InversionPipeline::Spill InversionPipeline::spilled(
    const std::vector<std::unique_ptr<InvertedRun>>& runs) const {
  Spill spill{std::make_unique<Spool>(options_.folder), {}};
  for (size_t f = 0; f < options_.fields; ++f) {
    std::vector<RunCursor> cursors;
    for (const auto& run : runs) {
      cursors.emplace_back(std::as_bytes(std::span(run->fields[f].bytes)), nullptr, 0);
    }
    const uint64_t first = spill.spool->size();
    RunMerger merger(std::move(cursors));
    RunFieldWriter writer;
    std::string entry;
    while (merger.next()) {
      entry.clear();
      writer.add(merger.term(), merger.pieces(), entry);
      spill.spool->append(entry);
    }
    spill.fields.push_back({first, spill.spool->size() - first});
  }
  return spill;
}

}  // namespace querl
