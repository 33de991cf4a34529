#include "addon/retrieval/documents_addon.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "addon/arguments.h"
#include "addon/failure.h"
#include "addon/handle.h"
#include "addon/retrieval/strings.h"
#include "addon/stop_source_addon.h"
#include "addon/work_queue.h"
#include "base/errors.h"
#include "retrieval/bm25/open_documents.h"

namespace querl {
namespace {

struct StoreHandle {
  static constexpr napi_type_tag kTag{0x3d8a5f2e7c194b60, 0x95e1b4d70a6c8f32};
  static constexpr const char* kName = "document store";

  explicit StoreHandle(Napi::Env env) : queue(env, "querl documents") {}

  bool disposed = false;
  std::shared_ptr<const LineStore> store;  // null: not open, or disposed
  WorkQueue queue;
};

const std::shared_ptr<const LineStore>& ready(const StoreHandle& handle) {
  if (handle.store == nullptr) throw Error("ERR_QUERL_CLOSED", "The store was disposed.");
  return handle.store;
}

// createStore(): handle
Napi::Value create(const Napi::CallbackInfo& info) {
  return make_handle(info.Env(), std::make_unique<StoreHandle>(info.Env()));
}

// openStore(handle, folder, moved: string[]): Promise<void>
Napi::Value open(const Napi::CallbackInfo& info) {
  auto& handle = unwrap<StoreHandle>(info[0]);
  return handle.queue.submit(
      info[0].As<Napi::Object>(), std::stop_source(),
      [&handle, folder = text(info[1], "folder"),
       moved = strings(info[2], "files")](const std::stop_token&) -> WorkQueue::Settle {
        auto store = open_documents(folder, moved);
        return [&handle, store = std::move(store)](Napi::Env env) -> Napi::Value {
          if (handle.disposed) throw Error("ERR_QUERL_CLOSED", "The store was disposed.");
          handle.store = store;
          return env.Undefined();
        };
      });
}

// hasStore(folder): boolean
Napi::Value has_store(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), keeps_documents(text(info[0], "folder")));
}

// storeInfo(handle): { documents, bytes, meta, files: { path, bytes, documents
// }[] }
Napi::Value describe(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const LineStore& store = *ready(unwrap<StoreHandle>(info[0]));
  Napi::Object result = Napi::Object::New(env);
  result.Set("documents", static_cast<double>(store.documents()));
  result.Set("bytes", static_cast<double>(store.bytes()));
  result.Set("meta", std::string(store.meta()));
  auto files = Napi::Array::New(env, store.files().size());
  for (uint32_t i = 0; i < store.files().size(); ++i) {
    const LineFile& file = store.files()[i];
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("path", file.path);
    entry.Set("bytes", static_cast<double>(file.bytes));
    entry.Set("documents", static_cast<double>(file.documents));
    files.Set(i, entry);
  }
  result.Set("files", files);
  return result;
}

// readLines(handle, documents: Uint32Array): Promise<string>, a JSON array of
// the documents' lines: one text for JavaScript to parse.
Napi::Value read(const Napi::CallbackInfo& info) {
  auto& handle = unwrap<StoreHandle>(info[0]);
  return handle.queue.submit(
      info[0].As<Napi::Object>(), std::stop_source(),
      [store = ready(handle), documents = copied(uint_array(info[1], "documents"))](
          const std::stop_token& stop) -> WorkQueue::Settle {
        std::string json = "[";
        for (const uint32_t document : documents) {
          if (stop.stop_requested()) throw Cancelled();
          if (json.size() > 1) json += ',';
          json += store->line(document);
        }
        json += ']';
        store->check_files();
        return [json = std::move(json)](Napi::Env env) -> Napi::Value {
          return Napi::String::New(env, json);
        };
      });
}

// disposeStore(handle): void
Napi::Value dispose(const Napi::CallbackInfo& info) {
  auto& handle = unwrap<StoreHandle>(info[0]);
  handle.disposed = true;
  handle.queue.close();
  handle.store.reset();
  return info.Env().Undefined();
}

}  // namespace

void define_documents(Napi::Object exports) {
  define<create>(exports, "createStore");
  define<open>(exports, "openStore");
  define<has_store>(exports, "hasStore");
  define<describe>(exports, "storeInfo");
  define<read>(exports, "readLines");
  define<dispose>(exports, "disposeStore");
}

}  // namespace querl
