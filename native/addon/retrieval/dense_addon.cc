#include "addon/retrieval/dense_addon.h"

#include <algorithm>
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
#include "retrieval/dense/vector_writer.h"

namespace querl {
namespace {

// An index under construction or a ready one, with the thread that works on it.
struct VectorHandle {
  static constexpr napi_type_tag kTag{0x7d1f3b0c92e84a61, 0xb5d20f6c8e17a943};
  static constexpr const char* kName = "vector index";

  explicit VectorHandle(Napi::Env environment)
      : env(environment), queue(environment, "querl vectors") {}
  ~VectorHandle() { dispose(); }

  // Tells V8 how much memory the handle keeps alive.
  void account(int64_t bytes) {
    int64_t total = 0;
    if (bytes != accounted) napi_adjust_external_memory(env, bytes - accounted, &total);
    accounted = bytes;
  }

  void dispose() {
    closed = true;
    queue.close();
    writer.reset();  // a job that still runs keeps it until it has stopped
    index.reset();
    account(0);
  }

  napi_env env;
  bool closed = false;
  std::shared_ptr<VectorWriter> writer;      // null: not under construction
  std::shared_ptr<const VectorIndex> index;  // null: not ready
  int64_t accounted = 0;
  WorkQueue queue;
};

VectorHandle& open_handle(const Napi::Value& value) {
  auto& handle = unwrap<VectorHandle>(value);
  if (handle.closed) throw Error("ERR_QUERL_CLOSED", "The index was disposed.");
  return handle;
}

VectorHandle& ready(const Napi::Value& value) {
  VectorHandle& handle = open_handle(value);
  if (handle.index == nullptr) throw Error("ERR_QUERL_PENDING", "The index is not ready.");
  return handle;
}

std::vector<std::string> paths_of(const Napi::Value& value) {
  if (!value.IsArray()) throw Error("ERR_QUERL_ARGUMENT", "Expected paths to be an array.");
  const auto array = value.As<Napi::Array>();
  std::vector<std::string> paths;
  for (uint32_t i = 0; i < array.Length(); ++i) paths.push_back(text(array.Get(i), "paths"));
  return paths;
}

uint32_t small_integer(const Napi::Value& value, const char* name, int64_t most) {
  const int64_t number = integer(value, name);
  if (number < 0 || number > most) {
    throw Error("ERR_QUERL_ARGUMENT", std::string("Expected ") + name +
                                          " to be an integer from 0 to " + std::to_string(most) +
                                          ".");
  }
  return static_cast<uint32_t>(number);
}

Metric metric_of(const Napi::Value& value) {
  return static_cast<Metric>(small_integer(value, "metric", 2));
}

unsigned threads_of(const Napi::Value& value) { return small_integer(value, "threads", 1024); }

WorkQueue::Settle nothing() {
  return [](Napi::Env env) -> Napi::Value { return env.Undefined(); };
}

// Back on the JavaScript thread with an index: the handle is ready from here on.
WorkQueue::Settle becomes_ready(VectorHandle& handle, std::shared_ptr<const VectorIndex> index,
                                bool in_memory) {
  return [&handle, index = std::move(index), in_memory](Napi::Env env) -> Napi::Value {
    if (handle.closed) throw Error("ERR_QUERL_CLOSED", "The index was disposed.");
    handle.writer.reset();
    handle.index = index;
    int64_t bytes = 0;
    for (const auto& table : {index->vectors(), index->codes()})
      if (table && in_memory)
        bytes += static_cast<int64_t>(uint64_t{table->rows()} * table->row_bytes());
    handle.account(bytes);
    return env.Undefined();
  };
}

// createVectorIndex(): handle
Napi::Value create(const Napi::CallbackInfo& info) {
  return make_handle(info.Env(), std::make_unique<VectorHandle>(info.Env()));
}

// startVectors(handle, metric, dimensions, vectorType or -1, codes, path or ""): Promise<void>
Napi::Value start(const Napi::CallbackInfo& info) {
  VectorHandle& handle = open_handle(info[0]);
  VectorWriterOptions options;
  options.metric = metric_of(info[1]);
  options.dimensions = small_integer(info[2], "dimensions", VectorTable::kMostDimensions);
  const int64_t type = integer(info[3], "vectorType");
  options.vectors.reset();
  if (type >= 0) options.vectors = static_cast<VectorType>(small_integer(info[3], "vectorType", 2));
  options.codes = info[4].ToBoolean();
  if (options.dimensions == 0 || (!options.vectors && !options.codes))
    throw Error("ERR_QUERL_ARGUMENT", "Expected dimensions and something to keep.");
  return handle.queue.submit(
      info[0].As<Napi::Object>(), std::stop_source(),
      [&handle, options, path = text(info[5], "path")](const std::stop_token&) {
        auto writer = path.empty() ? std::make_shared<VectorWriter>(options)
                                   : std::make_shared<VectorWriter>(options, path);
        return [&handle, writer](Napi::Env env) -> Napi::Value {
          if (handle.closed) throw Error("ERR_QUERL_CLOSED", "The index was disposed.");
          handle.writer = writer;
          return env.Undefined();
        };
      });
}

VectorHandle& under_construction(const Napi::Value& value) {
  VectorHandle& handle = open_handle(value);
  if (handle.writer == nullptr)
    throw Error("ERR_QUERL_PENDING", "The index is not under construction.");
  return handle;
}

// addVectors(handle, rows: Float32Array): Promise<void>
Napi::Value add(const Napi::CallbackInfo& info) {
  VectorHandle& handle = under_construction(info[0]);
  return handle.queue.submit(info[0].As<Napi::Object>(), std::stop_source(),
                             [writer = handle.writer,
                              rows = copied(float_array(info[1], "rows"))](const std::stop_token&) {
                               writer->add(rows);
                               return nothing();
                             });
}

// finishVectors(handle, inMemory): Promise<void>. The handle can be searched from then on.
Napi::Value finish(const Napi::CallbackInfo& info) {
  VectorHandle& handle = under_construction(info[0]);
  return handle.queue.submit(
      info[0].As<Napi::Object>(), std::stop_source(),
      [&handle, writer = handle.writer, in_memory = info[1].ToBoolean().Value()](
          const std::stop_token&) { return becomes_ready(handle, writer->finish(), in_memory); });
}

// openVectors(handle, paths): Promise<void>. querl's own files.
Napi::Value open(const Napi::CallbackInfo& info) {
  VectorHandle& handle = open_handle(info[0]);
  return handle.queue.submit(info[0].As<Napi::Object>(), std::stop_source(),
                             [&handle, paths = paths_of(info[1])](const std::stop_token&) {
                               return becomes_ready(handle, open_vector_files(paths), false);
                             });
}

// mapVectors(handle, stretches: { paths, first, rows }[], vectorType, dimensions, metric, threads,
// stop?): Promise<void>. Files of others.
Napi::Value map(const Napi::CallbackInfo& info) {
  VectorHandle& handle = open_handle(info[0]);
  if (!info[1].IsArray()) throw Error("ERR_QUERL_ARGUMENT", "Expected stretches to be an array.");
  const auto array = info[1].As<Napi::Array>();
  std::vector<VectorStretch> stretches;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const auto stretch = Napi::Value(array.Get(i)).As<Napi::Object>();
    stretches.push_back(
        {paths_of(stretch.Get("paths")),
         static_cast<uint64_t>(std::max<int64_t>(integer_field(stretch, "first"), 0)),
         static_cast<uint64_t>(std::max<int64_t>(integer_field(stretch, "rows"), 0))});
  }
  const auto type = static_cast<VectorType>(small_integer(info[2], "vectorType", 2));
  const uint32_t dimensions = small_integer(info[3], "dimensions", VectorTable::kMostDimensions);
  return handle.queue.submit(
      info[0].As<Napi::Object>(), stop_source(info[6]),
      [&handle, stretches = std::move(stretches), type, dimensions, metric = metric_of(info[4]),
       threads = threads_of(info[5])](const std::stop_token& stop) {
        auto index =
            VectorIndex::of(map_vectors(stretches, type, dimensions), metric, threads, stop);
        return becomes_ready(handle, std::move(index), false);
      });
}

// The hits of all queries behind one another; those of query q end at ends[q].
Napi::Value to_js(Napi::Env env, const std::vector<std::vector<RowHit>>& lists) {
  size_t count = 0;
  for (const auto& hits : lists) count += hits.size();
  auto rows = Napi::Uint32Array::New(env, count);
  auto scores = Napi::Float32Array::New(env, count);
  auto ends = Napi::Uint32Array::New(env, lists.size());
  uint32_t* const row = rows.Data();
  float* const score = scores.Data();
  uint32_t* const end = ends.Data();
  uint32_t at = 0;
  for (size_t q = 0; q < lists.size(); ++q) {
    for (const RowHit& hit : lists[q]) {
      row[at] = hit.row;
      score[at++] = hit.score;
    }
    end[q] = at;
  }
  Napi::Object result = Napi::Object::New(env);
  result.Set("rows", rows);
  result.Set("scores", scores);
  result.Set("ends", ends);
  return result;
}

// searchVectors(handle, queries: Float32Array, topK, oversample, threads, allowed: Uint8Array |
// undefined, stop?): Promise<{ rows, scores, ends }>
Napi::Value search(const Napi::CallbackInfo& info) {
  VectorHandle& handle = ready(info[0]);
  const uint32_t top_k = small_integer(info[2], "topK", 0xffffffff);
  const uint32_t oversample = small_integer(info[3], "oversample", 0xffffffff);
  std::shared_ptr<const RowSet> allowed;
  if (!info[5].IsUndefined())
    allowed = std::make_shared<const RowSet>(byte_array(info[5], "allowed"), handle.index->rows());
  return handle.queue.submit(
      info[0].As<Napi::Object>(), stop_source(info[6]),
      [index = handle.index, queries = copied(float_array(info[1], "queries")), top_k, oversample,
       threads = threads_of(info[4]), allowed](const std::stop_token& stop) {
        VectorSearch request;
        request.queries = queries;
        request.top_k = top_k;
        request.oversample = oversample;
        request.allowed = allowed.get();
        request.threads = threads;
        request.stop = stop;
        auto lists =
            std::make_shared<const std::vector<std::vector<RowHit>>>(index->search(request));
        return [lists](Napi::Env env) { return to_js(env, *lists); };
      });
}

// readVectors(handle, rows: Uint32Array): Promise<Float32Array>
Napi::Value read(const Napi::CallbackInfo& info) {
  VectorHandle& handle = ready(info[0]);
  return handle.queue.submit(
      info[0].As<Napi::Object>(), std::stop_source(),
      [index = handle.index, rows = copied(uint_array(info[1], "rows"))](const std::stop_token&) {
        auto values = std::make_shared<std::vector<float>>(rows.size() * index->dimensions());
        index->read(rows, values->data());
        return [values](Napi::Env env) -> Napi::Value {
          return querl::to_js(env, std::span<const float>(*values));
        };
      });
}

// verifyVectors(handle, stop?): Promise<void>
Napi::Value verify(const Napi::CallbackInfo& info) {
  VectorHandle& handle = ready(info[0]);
  return handle.queue.submit(info[0].As<Napi::Object>(), stop_source(info[1]),
                             [index = handle.index](const std::stop_token& stop) {
                               index->verify(stop, [](uint64_t) {});
                               return nothing();
                             });
}

// infoVectors(handle): { rows, dimensions, metric, vectorType or -1, codes, checksums, fileBytes,
// rowBytes }
Napi::Value describe(const Napi::CallbackInfo& info) {
  const VectorIndex& index = *ready(info[0]).index;
  Napi::Object result = Napi::Object::New(info.Env());
  const auto& vectors = index.vectors();
  size_t row_bytes = 0;
  if (vectors) row_bytes += vectors->row_bytes();
  if (index.codes()) row_bytes += index.codes()->row_bytes() + sizeof(float);
  result.Set("rows", index.rows());
  result.Set("dimensions", index.dimensions());
  result.Set("metric", static_cast<int>(index.metric()));
  result.Set("vectorType", vectors ? static_cast<int>(vectors->type()) : -1);
  result.Set("codes", index.codes().has_value());
  result.Set("checksums", index.has_checksums());
  result.Set("bytes", static_cast<double>(index.rows()) * static_cast<double>(row_bytes));
  return result;
}

// disposeVectors(handle): void. Pending calls are rejected; the memory is freed when the running
// one has stopped.
Napi::Value dispose(const Napi::CallbackInfo& info) {
  unwrap<VectorHandle>(info[0]).dispose();
  return info.Env().Undefined();
}

// vectorKernels(): string[]. What this processor can run, the one in use first.
Napi::Value kernels(const Napi::CallbackInfo& info) {
  Napi::Array names = Napi::Array::New(info.Env());
  const DotKernelList& list = dot_kernels();
  for (int i = 0; i < list.count; ++i)
    names.Set(static_cast<uint32_t>(i), std::string(list.kernels[i]->name));
  return names;
}

}  // namespace

void define_dense(Napi::Object exports) {
  define<create>(exports, "createVectorIndex");
  define<start>(exports, "startVectors");
  define<add>(exports, "addVectors");
  define<finish>(exports, "finishVectors");
  define<open>(exports, "openVectors");
  define<map>(exports, "mapVectors");
  define<search>(exports, "searchVectors");
  define<read>(exports, "readVectors");
  define<verify>(exports, "verifyVectors");
  define<describe>(exports, "infoVectors");
  define<dispose>(exports, "disposeVectors");
  define<kernels>(exports, "vectorKernels");
}

}  // namespace querl
