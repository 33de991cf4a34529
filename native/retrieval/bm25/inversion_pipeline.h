// Inverts chunks of documents on several threads, and holds the runs until a segment is made of
// them: in memory up to a budget, beyond it in an unnamed file.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "retrieval/bm25/index_writer.h"
#include "retrieval/bm25/inverted_run.h"
#include "retrieval/bm25/spool.h"
#include "retrieval/text/analyzer.h"

namespace querl {

// Used by one thread, the writer's, but for parts of runs.
class InversionPipeline {
 public:
  struct Options {
    std::shared_ptr<const Analyzer> analyzer;
    size_t fields = 1;
    int threads = 1;
    uint64_t memory_bytes = 0;
    std::string folder;  // of the unnamed file; empty: everything stays in memory
  };

  // Runs of a field, as far as they have terms of a range.
  struct Part {
    std::vector<RunCursor> runs;
    std::unique_ptr<MemoryBytes> bytes;  // what was read from the disk for them
  };

  explicit InversionPipeline(Options options);
  ~InversionPipeline();  // stops the threads within a document

  InversionPipeline(const InversionPipeline&) = delete;
  InversionPipeline& operator=(const InversionPipeline&) = delete;

  int threads() const { return options_.threads; }

  // How many bytes of text a chunk should have. Where chunks end does not show in what is written.
  uint64_t chunk_bytes() const;

  // Documents follow those of the call before. Blocks while the threads or the disk are behind.
  // Rethrows what went wrong on the threads; throws Cancelled.
  void submit(std::vector<DocumentInput> documents, const std::stop_token& stop);

  // Waits until everything is inverted.
  void drain(const std::stop_token& stop);

  // The rest is for after drain(). Ranges of about as many bytes of runs, in order, that have all
  // terms of a field.
  std::vector<TermRange> ranges(size_t field) const;
  // From any thread. Valid as long as the pipeline.
  Part part(size_t field, const TermRange& range) const;
  std::vector<uint32_t> lengths(size_t field) const;  // (N) in words
  uint64_t postings() const { return postings_; }

 private:
  using Run = std::vector<RunField>;  // by field

  struct Chunk {
    size_t number;
    uint32_t first_document;
    std::vector<DocumentInput> documents;
  };

  void work(const std::stop_token& stop);
  void invert(Chunk chunk, class Inverter& inverter, const std::stop_token& stop);
  void spill(Run& run);
  void wait(std::unique_lock<std::mutex>& lock, const std::stop_token& stop,
            const std::function<bool()>& until);

  Options options_;
  uint32_t documents_ = 0;  // submitted; the writer's thread alone

  std::mutex spool_mutex_;
  std::unique_ptr<Spool> spool_;  // made for the first run that has no room in memory

  mutable std::mutex mutex_;             // guards all below but the threads
  std::condition_variable_any changed_;  // work came in or was done
  std::deque<Chunk> waiting_;
  size_t submitted_ = 0;   // chunks
  size_t inverted_ = 0;    // of them
  std::vector<Run> runs_;  // by chunk; without fields where it is not inverted yet
  uint64_t memory_ = 0;    // of runs that are kept in it
  uint64_t postings_ = 0;
  std::exception_ptr error_;

  std::vector<std::jthread> threads_;
};

}  // namespace querl
