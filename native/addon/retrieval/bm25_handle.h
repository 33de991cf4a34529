// The native objects behind a Bm25Index and behind what writes one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "addon/handle.h"
#include "addon/napi_setup.h"
#include "addon/work_queue.h"
#include "retrieval/bm25/batch_searcher.h"
#include "retrieval/bm25/document_set.h"

namespace querl {

// A snapshot of an index, with the thread that searches it. The fields belong
// to the JavaScript thread; a job takes what it needs of them along.
struct Bm25Handle {
  static constexpr napi_type_tag kTag{0x2f0c9a6b1d7e4835, 0x8c41be0a92d76f03};
  static constexpr const char* kName = "BM25 index";

  explicit Bm25Handle(Napi::Env environment) : env(environment), queue(environment, "querl bm25") {}
  ~Bm25Handle() { dispose(); }

  // Searches that were asked for before see the old snapshot.
  void adopt(std::shared_ptr<const Bm25Index> index) {
    auto of_its_own = parameters.value_or(index->settings().parameters);
    searcher = std::make_shared<BatchSearcher>(index, of_its_own);
    account(index->folder().empty() ? static_cast<int64_t>(index->bytes()) : 0);
  }

  // Tells V8 how much memory the handle keeps alive.
  void account(int64_t bytes) {
    int64_t total = 0;
    if (bytes != accounted) napi_adjust_external_memory(env, bytes - accounted, &total);
    accounted = bytes;
  }

  void dispose() {
    disposed = true;
    queue.close();
    searcher.reset();  // a job that still runs keeps it until it has stopped
    account(0);
  }

  napi_env env;
  bool disposed = false;
  std::optional<Bm25Parameters> parameters;  // in place of the index's own
  std::shared_ptr<BatchSearcher> searcher;   // null: nothing was opened or built yet, or disposed
  int64_t accounted = 0;
  WorkQueue queue;
};

// The handle with a snapshot. Throws ERR_QUERL_CLOSED without one.
Bm25Handle& ready_bm25(const Napi::Value& value);

// Which documents a search may return.
struct FilterHandle {
  static constexpr napi_type_tag kTag{0x61d5c3f0a8be4972, 0xb07e5d1f3a6c8e24};
  static constexpr const char* kName = "filter";
  std::shared_ptr<const DocumentSet> documents;
};

std::vector<std::string> strings(const Napi::Value& value, const char* name);

}  // namespace querl
