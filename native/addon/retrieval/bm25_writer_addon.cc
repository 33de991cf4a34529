#include "addon/retrieval/bm25_writer_addon.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "addon/arguments.h"
#include "addon/failure.h"
#include "addon/retrieval/bm25_handle.h"
#include "addon/retrieval/bm25_settings.h"
#include "addon/retrieval/strings.h"
#include "addon/stop_source_addon.h"
#include "base/errors.h"
#include "retrieval/bm25/corpus_writer.h"
#include "retrieval/bm25/index_writer.h"
#include "retrieval/bm25/verify.h"

namespace querl {
namespace {

// Where long work is and what it has met, for a JavaScript thread that asks now and then.
class Progress {
 public:
  void set(const char* stage, uint64_t done, uint64_t total) {
    const std::lock_guard lock(mutex_);
    stage_ = stage;
    done_ = done;
    total_ = total;
  }

  void set(const InvalidText& invalid) {
    const std::lock_guard lock(mutex_);
    if (invalid.documents != invalid_.documents) invalid_ = invalid;
  }

  Napi::Object to_js(Napi::Env env) const {
    const std::lock_guard lock(mutex_);
    Napi::Object result = Napi::Object::New(env);
    result.Set("stage", stage_);
    result.Set("done", static_cast<double>(done_));
    result.Set("total", static_cast<double>(total_));
    if (invalid_.documents > 0) {
      Napi::Object invalid = Napi::Object::New(env);
      invalid.Set("documents", static_cast<double>(invalid_.documents));
      invalid.Set("first", invalid_.first);
      result.Set("invalidText", invalid);
    }
    return result;
  }

 private:
  mutable std::mutex mutex_;
  std::string stage_;
  uint64_t done_ = 0;
  uint64_t total_ = 0;
  InvalidText invalid_;
};

// What the jobs of a writer work on, on its thread.
struct Writing {
  std::unique_ptr<CorpusWriter> corpus;  // null: not open
  std::shared_ptr<const Bm25Index> committed;
  Progress progress;

  CorpusWriter& open_corpus() {
    if (corpus == nullptr) throw Error("ERR_QUERL_CLOSED", "The writer was closed.");
    return *corpus;
  }

  ProgressListener listener() {
    return [this](const WriterProgress& now) { progress.set(now.stage, now.done, now.total); };
  }
};

struct WriterHandle {
  static constexpr napi_type_tag kTag{0x7b1e4c2d9f0a4356, 0xa5d8c3e17f2b6094};
  static constexpr const char* kName = "index writer";

  explicit WriterHandle(Napi::Env env) : queue(env, "querl index writer") {}

  std::shared_ptr<Writing> writing = std::make_shared<Writing>();
  WorkQueue queue;
};

WorkQueue::Settle nothing() {
  return [](Napi::Env env) -> Napi::Value { return env.Undefined(); };
}

// Runs `work(writing, stop)` on the writer's thread.
template <typename Work>
Napi::Value submit(const Napi::Value& value, const Napi::Value& stop, Work work) {
  auto& handle = unwrap<WriterHandle>(value);
  return handle.queue.submit(value.As<Napi::Object>(), stop_source(stop),
                             [writing = handle.writing, work = std::move(work)](
                                 const std::stop_token& token) mutable -> WorkQueue::Settle {
                               return work(*writing, token);
                             });
}

// createBm25Writer(): handle
Napi::Value create(const Napi::CallbackInfo& info) {
  return make_handle(info.Env(), std::make_unique<WriterHandle>(info.Env()));
}

WriterMode mode_of(const std::string& name) {
  if (name == "create") return WriterMode::kCreate;
  if (name == "replace") return WriterMode::kReplace;
  if (name == "add") return WriterMode::kAdd;
  throw Error("ERR_QUERL_ARGUMENT", "Unknown mode " + name + ".");
}

std::optional<DocumentKeys> keys_of(const Napi::Value& value) {
  if (value.IsUndefined()) return std::nullopt;
  const auto names = value.As<Napi::Object>();
  return DocumentKeys{strings(names.Get("id"), "id"), strings(names.Get("title"), "title"),
                      strings(names.Get("text"), "text"),
                      strings(names.Get("contents"), "contents")};
}

// openWriter(handle, { folder, mode, threads, memoryBytes, replaceDuplicates,
// settings?, names?, storeMeta?, base? }): Promise<void>. Without a folder the
// index is in memory, on top of `base` if there is one. With `storeMeta` the
// documents' lines are kept, too.
Napi::Value open(const Napi::CallbackInfo& info) {
  const auto options = info[1].As<Napi::Object>();
  CorpusOptions corpus;
  corpus.folder = text(options.Get("folder"), "folder");
  corpus.writer.mode = mode_of(text(options.Get("mode"), "mode"));
  corpus.writer.threads = static_cast<int>(integer_field(options, "threads"));
  corpus.writer.memory_bytes = static_cast<uint64_t>(integer_field(options, "memoryBytes"));
  corpus.writer.replace_duplicates = boolean_field(options, "replaceDuplicates");
  corpus.keys = keys_of(options.Get("names"));
  if (!options.Get("storeMeta").IsUndefined()) {
    corpus.store_meta = text(options.Get("storeMeta"), "storeMeta");
  }
  if (!options.Get("settings").IsUndefined()) {
    corpus.settings = index_settings(options.Get("settings").As<Napi::Object>());
  }
  if (!options.Get("base").IsUndefined()) {
    corpus.base = ready_bm25(options.Get("base")).searcher->index();
  }
  return submit(info[0], info.Env().Undefined(),
                [corpus = std::move(corpus)](Writing& writing, const std::stop_token&) {
                  writing.corpus = std::make_unique<CorpusWriter>(corpus);
                  return nothing();
                });
}

FieldInput field_input(const Napi::Value& value) {
  if (value.IsArray()) return strings(value, "a field's tokens");
  return text(value, "a field");
}

// addDocuments(handle, { keys?, fields, stored?, lines? }, stop?):
// Promise<void>. keys (N), fields (F, N) of texts or token lists, stored (N)
// and lines (N) of JSON. A key that is undefined is the ordinal.
Napi::Value add_documents(const Napi::CallbackInfo& info) {
  const auto batch = info[1].As<Napi::Object>();
  const auto fields = batch.Get("fields").As<Napi::Array>();
  std::vector<DocumentInput> documents;
  for (uint32_t f = 0; f < fields.Length(); ++f) {
    const auto column = fields.Get(f).As<Napi::Array>();
    documents.resize(column.Length());
    for (uint32_t i = 0; i < column.Length(); ++i) {
      const Napi::HandleScope scope(info.Env());
      documents[i].fields.push_back(field_input(column.Get(i)));
    }
  }
  const Napi::Value keys = batch.Get("keys");
  for (uint32_t i = 0; keys.IsArray() && i < documents.size(); ++i) {
    const Napi::HandleScope scope(info.Env());
    const Napi::Value key = keys.As<Napi::Array>().Get(i);
    if (!key.IsUndefined()) documents[i].key = text(key, "a document's id");
  }
  const Napi::Value stored = batch.Get("stored");
  for (uint32_t i = 0; stored.IsArray() && i < documents.size(); ++i) {
    const Napi::HandleScope scope(info.Env());
    documents[i].stored = text(stored.As<Napi::Array>().Get(i), "a document's keys");
  }
  const Napi::Value lines = batch.Get("lines");
  auto copies = lines.IsUndefined() ? std::vector<std::string>() : strings(lines, "lines");
  return submit(info[0], info[2],
                [documents = std::move(documents), copies = std::move(copies)](
                    Writing& writing, const std::stop_token& stop) mutable {
                  writing.open_corpus().add(std::move(documents), copies, stop);
                  return nothing();
                });
}

// startLines(handle, path, isCopied: boolean): Promise<void>. The lines that
// follow are this file's.
Napi::Value start_lines(const Napi::CallbackInfo& info) {
  return submit(info[0], info.Env().Undefined(),
                [path = text(info[1], "path"), is_copied = info[2].ToBoolean().Value()](
                    Writing& writing, const std::stop_token&) {
                  writing.open_corpus().start_lines(path, is_copied);
                  return nothing();
                });
}

WorkQueue::Settle number_of(uint64_t count) {
  return [count](Napi::Env env) -> Napi::Value {
    return Napi::Number::New(env, static_cast<double>(count));
  };
}

// addLines(handle, bytes: Uint8Array, stop?): Promise<number>. Bytes of the
// file, as they come; how many documents it had so far.
Napi::Value add_lines(const Napi::CallbackInfo& info) {
  const auto bytes = byte_array(info[1], "bytes");
  return submit(info[0], info[2],
                [copy = std::vector<uint8_t>(bytes.begin(), bytes.end())](
                    Writing& writing, const std::stop_token& stop) {
                  CorpusWriter& corpus = writing.open_corpus();
                  corpus.add_lines(std::as_bytes(std::span(copy)), stop);
                  writing.progress.set(corpus.invalid_text());
                  return number_of(corpus.documents_of_file());
                });
}

// endLines(handle, stop?): Promise<number>
Napi::Value end_lines(const Napi::CallbackInfo& info) {
  return submit(info[0], info[1], [](Writing& writing, const std::stop_token& stop) {
    CorpusWriter& corpus = writing.open_corpus();
    corpus.end_lines(stop);
    writing.progress.set(corpus.invalid_text());
    return number_of(corpus.documents_of_file());
  });
}

// removeDocuments(handle, keys: string[]): Promise<number>
Napi::Value remove(const Napi::CallbackInfo& info) {
  return submit(info[0], info.Env().Undefined(),
                [keys = strings(info[1], "ids")](Writing& writing,
                                                 const std::stop_token&) -> WorkQueue::Settle {
                  const uint32_t removed = writing.open_corpus().index().remove(keys);
                  return [removed](Napi::Env env) -> Napi::Value {
                    return Napi::Number::New(env, removed);
                  };
                });
}

// commitWriter(handle, maxSegments, stop?): Promise<void>. 0 segments: no more
// merges than due.
Napi::Value commit(const Napi::CallbackInfo& info) {
  const auto most = static_cast<size_t>(integer(info[1], "maxSegments"));
  return submit(info[0], info[2], [most](Writing& writing, const std::stop_token& stop) {
    writing.committed = writing.open_corpus().commit(most, stop, writing.listener());
    return nothing();
  });
}

// adoptBm25(index, writer): void. The index shows what the writer committed
// last.
Napi::Value adopt(const Napi::CallbackInfo& info) {
  auto& index = unwrap<Bm25Handle>(info[0]);
  const auto& committed = unwrap<WriterHandle>(info[1]).writing->committed;
  if (index.disposed) throw Error("ERR_QUERL_CLOSED", "The index was disposed.");
  if (committed != nullptr) index.adopt(committed);
  return info.Env().Undefined();
}

// verifyIndex(handle, folder, stop?): Promise<VerifyReport>, on the thread of a
// fresh writer.
Napi::Value verify(const Napi::CallbackInfo& info) {
  return submit(info[0], info[2],
                [folder = text(info[1], "path")](Writing& writing,
                                                 const std::stop_token& stop) -> WorkQueue::Settle {
                  auto report =
                      verify_index(folder, stop, [&writing](uint64_t done, uint64_t total) {
                        writing.progress.set("verify", done, total);
                      });
                  return [report = std::move(report)](Napi::Env env) -> Napi::Value {
                    Napi::Object result = Napi::Object::New(env);
                    result.Set("segments", static_cast<double>(report.segments));
                    result.Set("documents", static_cast<double>(report.documents));
                    result.Set("bytes", static_cast<double>(report.bytes));
                    result.Set("terms", static_cast<double>(report.terms));
                    result.Set("postings", static_cast<double>(report.postings));
                    auto problems = Napi::Array::New(env, report.problems.size());
                    for (uint32_t i = 0; i < report.problems.size(); ++i) {
                      problems.Set(i, report.problems[i]);
                    }
                    result.Set("problems", problems);
                    return result;
                  };
                });
}

// writerProgress(handle): { stage, done, total, invalidText?: { documents, first } }
Napi::Value progress(const Napi::CallbackInfo& info) {
  return unwrap<WriterHandle>(info[0]).writing->progress.to_js(info.Env());
}

// closeWriter(handle): Promise<void>. Drops what was not committed, and gives
// the folder free.
Napi::Value close(const Napi::CallbackInfo& info) {
  return submit(info[0], info.Env().Undefined(), [](Writing& writing, const std::stop_token&) {
    writing.corpus.reset();
    return nothing();
  });
}

}  // namespace

void define_bm25_writer(Napi::Object exports) {
  define<create>(exports, "createBm25Writer");
  define<open>(exports, "openWriter");
  define<add_documents>(exports, "addDocuments");
  define<start_lines>(exports, "startLines");
  define<add_lines>(exports, "addLines");
  define<end_lines>(exports, "endLines");
  define<remove>(exports, "removeDocuments");
  define<commit>(exports, "commitWriter");
  define<adopt>(exports, "adoptBm25");
  define<verify>(exports, "verifyIndex");
  define<progress>(exports, "writerProgress");
  define<close>(exports, "closeWriter");
}

}  // namespace querl
