#include "addon/retrieval/bm25_addon.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "addon/arguments.h"
#include "addon/failure.h"
#include "addon/handle.h"
#include "addon/stop_source_addon.h"
#include "addon/work_queue.h"
#include "base/errors.h"
#include "retrieval/bm25/bm25_builder.h"
#include "retrieval/bm25/bm25_file.h"
#include "retrieval/bm25/bm25_search.h"
#include "retrieval/text/words.h"

namespace querl {
namespace {

// An index and what searches it. Used on the queue's thread alone, but for the counts.
struct OpenIndex {
  explicit OpenIndex(ImpactIndex made) : index(std::move(made)), searcher(index) {}
  ImpactIndex index;
  ImpactSearcher searcher;
};

// An index under construction or a ready one, with the thread that works on it.
struct Bm25Handle {
  static constexpr napi_type_tag kTag{0x2f0c9a6b1d7e4835, 0x8c41be0a92d76f03};
  static constexpr const char* kName = "BM25 index";

  Bm25Handle(Napi::Env environment, ImpactParameters parameters)
      : env(environment),
        builder(std::make_shared<Bm25Builder>(parameters)),
        queue(environment, "querl bm25") {}
  ~Bm25Handle() { dispose(); }

  // Tells V8 how much memory the handle keeps alive.
  void account(int64_t bytes) {
    int64_t total = 0;
    if (bytes != accounted) napi_adjust_external_memory(env, bytes - accounted, &total);
    accounted = bytes;
  }

  void dispose() {
    queue.close();
    builder.reset();  // a job that still runs keeps it until it has stopped
    open.reset();
    account(0);
  }

  napi_env env;
  std::shared_ptr<Bm25Builder> builder;  // null: the index is ready, or it was disposed
  std::shared_ptr<OpenIndex> open;       // null: not ready
  int64_t accounted = 0;
  WorkQueue queue;
};

Bm25Handle& ready(const Napi::Value& value) {
  auto& handle = unwrap<Bm25Handle>(value);
  if (handle.open == nullptr) throw Error("ERR_QUERL_CLOSED", "The index was disposed.");
  return handle;
}

Bm25Handle& under_construction(const Napi::Value& value) {
  auto& handle = unwrap<Bm25Handle>(value);
  if (handle.builder == nullptr) throw Error("ERR_QUERL_CLOSED", "The index was disposed.");
  return handle;
}

std::vector<std::string> strings(const Napi::Value& value, const char* name) {
  if (!value.IsArray()) {
    throw Error("ERR_QUERL_ARGUMENT", std::string("Expected ") + name + " to be an array.");
  }
  const auto array = value.As<Napi::Array>();
  std::vector<std::string> result;
  result.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::HandleScope scope(value.Env());
    result.push_back(text(array.Get(i), name));
  }
  return result;
}

// Back on the JavaScript thread with an index: the handle is ready from here on.
WorkQueue::Settle becomes_ready(Bm25Handle& handle, ImpactIndex index, int64_t heap_bytes) {
  auto open = std::make_shared<OpenIndex>(std::move(index));
  return [&handle, open = std::move(open), heap_bytes](Napi::Env env) -> Napi::Value {
    if (handle.builder == nullptr) throw Error("ERR_QUERL_CLOSED", "The index was disposed.");
    handle.builder.reset();
    handle.open = open;
    handle.account(heap_bytes);
    return env.Undefined();
  };
}

// createBm25(k1, b): handle
Napi::Value create(const Napi::CallbackInfo& info) {
  const ImpactParameters parameters{number(info[0], "k1"), number(info[1], "b")};
  return make_handle(info.Env(), std::make_unique<Bm25Handle>(info.Env(), parameters));
}

// addDocuments(handle, documents: string[], stop?): Promise<void>
Napi::Value add_documents(const Napi::CallbackInfo& info) {
  Bm25Handle& handle = under_construction(info[0]);
  auto documents = strings(info[1], "documents");
  return handle.queue.submit(
      info[0].As<Napi::Object>(), stop_source(info[2]),
      [builder = handle.builder, documents = std::move(documents)](const std::stop_token& stop) {
        for (const std::string& document : documents) {
          if (stop.stop_requested()) throw Cancelled();
          builder->add(document);
        }
        return [](Napi::Env env) -> Napi::Value { return env.Undefined(); };
      });
}

// finishBm25(handle): Promise<void>. The handle can be searched from then on.
Napi::Value finish(const Napi::CallbackInfo& info) {
  Bm25Handle& handle = under_construction(info[0]);
  return handle.queue.submit(info[0].As<Napi::Object>(), std::stop_source(),
                             [&handle, builder = handle.builder](const std::stop_token&) {
                               ImpactIndex index = builder->finish();
                               const auto bytes = static_cast<int64_t>(index.bytes());
                               return becomes_ready(handle, std::move(index), bytes);
                             });
}

// openBm25(handle, path): Promise<void>. The handle is a fresh one, and can be searched from then
// on.
Napi::Value open(const Napi::CallbackInfo& info) {
  Bm25Handle& handle = under_construction(info[0]);
  return handle.queue.submit(info[0].As<Napi::Object>(), std::stop_source(),
                             [&handle, path = text(info[1], "path")](const std::stop_token&) {
                               return becomes_ready(handle, open_bm25(path), 0);
                             });
}

// saveBm25(handle, path): Promise<void>
Napi::Value save(const Napi::CallbackInfo& info) {
  Bm25Handle& handle = ready(info[0]);
  return handle.queue.submit(
      info[0].As<Napi::Object>(), std::stop_source(),
      [open = handle.open, path = text(info[1], "path")](const std::stop_token&) {
        save_bm25(open->index, path);
        return [](Napi::Env env) -> Napi::Value { return env.Undefined(); };
      });
}

// The hits of all queries, one behind the other; ends (Q) where each query's end.
struct HitLists {
  std::vector<ImpactHit> hits;
  std::vector<uint32_t> ends;
};

Napi::Value to_js(Napi::Env env, const HitLists& lists) {
  const size_t count = lists.hits.size();
  auto documents = Napi::Uint32Array::New(env, count);
  auto scores = Napi::Float64Array::New(env, count);
  uint32_t* const document = documents.Data();
  double* const score = scores.Data();
  for (size_t i = 0; i < count; ++i) {
    document[i] = lists.hits[i].document;
    score[i] = lists.hits[i].score;
  }
  auto ends = Napi::Uint32Array::New(env, lists.ends.size());
  std::copy(lists.ends.begin(), lists.ends.end(), ends.Data());
  Napi::Object result = Napi::Object::New(env);
  result.Set("documents", documents);
  result.Set("scores", scores);
  result.Set("ends", ends);
  return result;
}

// searchBm25(handle, queries: string[], topK, stop?): Promise<{ documents, scores, ends }>
Napi::Value search(const Napi::CallbackInfo& info) {
  Bm25Handle& handle = ready(info[0]);
  auto queries = strings(info[1], "queries");
  const int64_t top_k = integer(info[2], "topK");
  if (top_k < 0) throw Error("ERR_QUERL_ARGUMENT", "Expected topK to be a positive integer.");
  return handle.queue.submit(
      info[0].As<Napi::Object>(), stop_source(info[3]),
      [open = handle.open, queries = std::move(queries), top_k](const std::stop_token& stop) {
        auto lists = std::make_shared<HitLists>();
        for (const std::string& query : queries) {
          if (stop.stop_requested()) throw Cancelled();
          const auto hits = open->searcher.search(query, static_cast<size_t>(top_k), stop);
          lists->hits.insert(lists->hits.end(), hits.begin(), hits.end());
          lists->ends.push_back(static_cast<uint32_t>(lists->hits.size()));
        }
        return [lists](Napi::Env env) { return to_js(env, *lists); };
      });
}

// infoBm25(handle): { documents, words, terms, postings, k1, b, bytes }
Napi::Value describe(const Napi::CallbackInfo& info) {
  const ImpactIndex& index = ready(info[0]).open->index;
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("documents", static_cast<double>(index.counts().documents));
  result.Set("words", static_cast<double>(index.counts().words));
  result.Set("terms", static_cast<double>(index.terms()));
  result.Set("postings", static_cast<double>(index.arrays().postings.size()));
  result.Set("k1", index.parameters().k1);
  result.Set("b", index.parameters().b);
  result.Set("bytes", static_cast<double>(index.bytes()));
  return result;
}

// disposeBm25(handle): void. Pending calls are rejected; the memory is freed when the running one
// has stopped.
Napi::Value dispose(const Napi::CallbackInfo& info) {
  unwrap<Bm25Handle>(info[0]).dispose();
  return info.Env().Undefined();
}

// wordsOf(text): string[]
Napi::Value words_of(const Napi::CallbackInfo& info) {
  const std::string utf8 = text(info[0], "text");
  Napi::Array result = Napi::Array::New(info.Env());
  WordReader reader(utf8);
  for (uint32_t i = 0; reader.next(); ++i) result.Set(i, std::string(reader.word()));
  return result;
}

}  // namespace

void define_bm25(Napi::Object exports) {
  define<create>(exports, "createBm25");
  define<add_documents>(exports, "addDocuments");
  define<finish>(exports, "finishBm25");
  define<open>(exports, "openBm25");
  define<save>(exports, "saveBm25");
  define<search>(exports, "searchBm25");
  define<describe>(exports, "infoBm25");
  define<dispose>(exports, "disposeBm25");
  define<words_of>(exports, "wordsOf");
}

}  // namespace querl
