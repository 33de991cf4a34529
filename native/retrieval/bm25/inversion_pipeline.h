// Inverts chunks of documents on several threads, and holds the runs until a segment is made of
// them: in memory up to a budget, beyond it in unnamed files.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "retrieval/bm25/index_writer.h"
#include "retrieval/bm25/inverted_run.h"
#include "retrieval/text/analyzer.h"

namespace querl {

// Used by one thread, the writer's.
class InversionPipeline {
 public:
  struct Options {
    std::shared_ptr<const Analyzer> analyzer;
    size_t fields = 1;
    int threads = 1;
    uint64_t memory_bytes = 0;
    std::string folder;  // of the unnamed files; empty: everything stays in memory
  };

  explicit InversionPipeline(Options options);
  ~InversionPipeline();  // stops the threads within a document

  InversionPipeline(const InversionPipeline&) = delete;
  InversionPipeline& operator=(const InversionPipeline&) = delete;

  // Documents follow those of the call before. Blocks while the threads or the disk are behind.
  // Rethrows what went wrong on the threads; throws Cancelled.
  void submit(std::vector<DocumentInput> documents, const std::stop_token& stop);

  // Waits until everything is inverted.
  void drain(const std::stop_token& stop);

  // After drain(). Valid as long as the pipeline.
  std::vector<RunCursor> runs(size_t field) const;
  std::vector<uint32_t> lengths(size_t field) const;  // (N) in words
  uint64_t postings() const { return postings_; }

 private:
  struct Chunk {
    size_t number;
    uint32_t first_document;
    std::vector<DocumentInput> documents;
  };

  // Runs of neighbouring chunks, merged into one.
  struct Spill {
    struct Field {
      uint64_t first = 0;
      uint64_t bytes = 0;
    };
    std::unique_ptr<Spool> spool;
    std::vector<Field> fields;
  };

  void work(const std::stop_token& stop);
  void invert(Chunk chunk, class Inverter& inverter, const std::stop_token& stop);
  bool should_spill() const;
  void spill();
  Spill spilled(const std::vector<std::unique_ptr<InvertedRun>>& runs) const;
  void wait(std::unique_lock<std::mutex>& lock, const std::stop_token& stop,
            const std::function<bool()>& until);

  Options options_;
  uint32_t documents_ = 0;  // submitted; the writer's thread alone

  mutable std::mutex mutex_;             // guards all below but the threads
  std::condition_variable_any changed_;  // work came in or was done
  std::deque<Chunk> waiting_;
  size_t submitted_ = 0;                            // chunks
  size_t inverted_ = 0;                             // of them
  std::vector<std::unique_ptr<InvertedRun>> runs_;  // by chunk; null: not inverted, or spilled
  std::vector<std::vector<std::vector<uint32_t>>> lengths_;  // by field and chunk
  std::vector<Spill> spills_;
  size_t spilled_ = 0;  // chunks
  bool spilling_ = false;
  uint64_t memory_ = 0;  // of runs_
  uint64_t postings_ = 0;
  std::exception_ptr error_;

  std::vector<std::jthread> threads_;
};

}  // namespace querl
