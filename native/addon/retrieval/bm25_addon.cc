#include "addon/retrieval/bm25_addon.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "addon/arguments.h"
#include "addon/failure.h"
#include "addon/retrieval/bm25_handle.h"
#include "addon/retrieval/bm25_settings.h"
#include "addon/retrieval/strings.h"
#include "addon/retrieval/text_list.h"
#include "addon/stop_source_addon.h"
#include "base/errors.h"
#include "retrieval/bm25/index_writer.h"

namespace querl {

Bm25Handle& ready_bm25(const Napi::Value& value) {
  auto& handle = unwrap<Bm25Handle>(value);
  if (handle.searcher == nullptr) throw Error("ERR_QUERL_CLOSED", "The index was disposed.");
  return handle;
}

namespace {

WorkQueue::Settle nothing() {
  return [](Napi::Env env) -> Napi::Value { return env.Undefined(); };
}

// Back on the JavaScript thread with a snapshot.
WorkQueue::Settle adopts(Bm25Handle& handle, std::shared_ptr<const Bm25Index> index) {
  return [&handle, index = std::move(index)](Napi::Env env) -> Napi::Value {
    if (handle.disposed) throw Error("ERR_QUERL_CLOSED", "The index was disposed.");
    handle.adopt(index);
    return env.Undefined();
  };
}

// createBm25(): handle
Napi::Value create(const Napi::CallbackInfo& info) {
  return make_handle(info.Env(), std::make_unique<Bm25Handle>(info.Env()));
}

// openBm25(handle, folder): Promise<void>
Napi::Value open(const Napi::CallbackInfo& info) {
  auto& handle = unwrap<Bm25Handle>(info[0]);
  return handle.queue.submit(info[0].As<Napi::Object>(), std::stop_source(),
                             [&handle, folder = text(info[1], "path")](const std::stop_token&) {
                               return adopts(handle, Bm25Index::open(folder));
                             });
}

// scoreBm25(handle, parameters): void. They take the place of the index's own.
Napi::Value score(const Napi::CallbackInfo& info) {
  Bm25Handle& handle = ready_bm25(info[0]);
  handle.parameters = bm25_parameters(info[1].As<Napi::Object>());
  handle.adopt(handle.searcher->index());
  return info.Env().Undefined();
}

// refreshBm25(handle): Promise<boolean>, whether there was a newer state of the
// folder.
Napi::Value refresh(const Napi::CallbackInfo& info) {
  Bm25Handle& handle = ready_bm25(info[0]);
  return handle.queue.submit(
      info[0].As<Napi::Object>(), std::stop_source(),
      [&handle, old = handle.searcher->index()](const std::stop_token&) -> WorkQueue::Settle {
        auto fresh = Bm25Index::refresh(old);
        const bool is_newer = fresh != old;
        return [settle = adopts(handle, std::move(fresh)), is_newer](Napi::Env env) -> Napi::Value {
          if (is_newer) settle(env);
          return Napi::Boolean::New(env, is_newer);
        };
      });
}

// saveBm25(handle, folder, replace: boolean, stop?): Promise<void>
Napi::Value save(const Napi::CallbackInfo& info) {
  Bm25Handle& handle = ready_bm25(info[0]);
  return handle.queue.submit(info[0].As<Napi::Object>(), stop_source(info[3]),
                             [index = handle.searcher->index(), folder = text(info[1], "path"),
                              replace = info[2].ToBoolean().Value()](const std::stop_token& stop) {
                               save_index(*index, folder, replace, stop);
                               return nothing();
                             });
}

// A text, or tokens.
Query query(const Napi::Value& value) {
  if (value.IsArray()) return strings(value, "a query's tokens");
  return text(value, "a query");
}

std::vector<Query> queries_of(const Napi::Value& value) {
  if (!value.IsArray()) throw Error("ERR_QUERL_ARGUMENT", "Expected queries to be an array.");
  const auto array = value.As<Napi::Array>();
  const uint32_t count = array.Length();
  std::vector<Query> queries;
  queries.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    const Napi::HandleScope scope(value.Env());
    queries.push_back(query(array.Get(i)));
  }
  return queries;
}

// The hits of all queries, one behind the other; ends (Q) where each query's
// end.
Napi::Object to_js(Napi::Env env, const std::vector<std::vector<Hit>>& lists) {
  size_t count = 0;
  for (const auto& hits : lists) count += hits.size();
  auto documents = Napi::Uint32Array::New(env, count);
  auto scores = Napi::Float64Array::New(env, count);
  auto ends = Napi::Uint32Array::New(env, lists.size());
  uint32_t* document = documents.Data();
  double* score = scores.Data();
  uint32_t* end = ends.Data();
  uint32_t at = 0;
  for (const auto& hits : lists) {
    for (const Hit& hit : hits) {
      *document++ = hit.ordinal;
      *score++ = hit.score;
    }
    *end++ = at += static_cast<uint32_t>(hits.size());
  }
  Napi::Object result = Napi::Object::New(env);
  result.Set("documents", documents);
  result.Set("scores", scores);
  result.Set("ends", ends);
  return result;
}

bool has_keys(const Bm25Index& index) {
  return std::any_of(index.segments().begin(), index.segments().end(),
                     [](const SegmentView& view) { return view.segment->has_keys(); });
}

// searchBm25(handle, queries, topK, threads, filter?, stop?):
// Promise<HitLists>. The hits' keys are among them unless every key is the
// ordinal.
Napi::Value search(const Napi::CallbackInfo& info) {
  Bm25Handle& handle = ready_bm25(info[0]);
  auto queries = queries_of(info[1]);
  const auto top_k = static_cast<size_t>(std::max<int64_t>(0, integer(info[2], "topK")));
  const auto threads = static_cast<int>(integer(info[3], "threads"));
  auto allowed = info[4].IsUndefined() ? nullptr : unwrap<FilterHandle>(info[4]).documents;
  return handle.queue.submit(
      info[0].As<Napi::Object>(), stop_source(info[5]),
      [searcher = handle.searcher, queries = std::move(queries), top_k, threads,
       allowed = std::move(allowed)](const std::stop_token& stop) -> WorkQueue::Settle {
        auto lists = searcher->search(queries, top_k, allowed.get(), threads, stop);
        const Bm25Index& index = *searcher->index();
        TextList keys;
        const bool with_keys = has_keys(index);
        if (with_keys) {
          try {
            for (const auto& hits : lists) {
              for (const Hit& hit : hits) keys.add(index.key(hit.ordinal));
            }
          } catch (const Error&) {  // there is no such document: zeros where its ordinal was
            index.check_files();
            throw;
          }
          index.check_files();
        }
        return [lists = std::move(lists), keys = std::move(keys), with_keys](Napi::Env env) {
          Napi::Object result = to_js(env, lists);
          if (with_keys) keys.set(result, "keys", "keyEnds");
          return result;
        };
      });
}

Napi::Object to_js(Napi::Env env, const TermExplanation& term, const Bm25Index& index) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("field", index.settings().fields[term.field].name);
  result.Set("token", term.token);
  result.Set("weight", term.weight);
  result.Set("documentFrequency", static_cast<double>(term.document_frequency));
  result.Set("idf", term.idf);
  result.Set("count", static_cast<double>(term.count));
  result.Set("length", static_cast<double>(term.length));
  result.Set("meanLength", term.mean_length);
  result.Set("contribution", term.contribution);
  result.Set("absent", term.absent);
  return result;
}

// explainBm25(handle, query, key: string | ordinal: number): Promise<object |
// undefined>; undefined where there is no such document.
Napi::Value explain(const Napi::CallbackInfo& info) {
  Bm25Handle& handle = ready_bm25(info[0]);
  std::optional<std::string> key;
  uint32_t wanted = 0;
  if (info[2].IsString()) {
    key = text(info[2], "id");
  } else {
    wanted = static_cast<uint32_t>(integer(info[2], "index"));
  }
  return handle.queue.submit(
      info[0].As<Napi::Object>(), std::stop_source(),
      [searcher = handle.searcher, query = query(info[1]), key = std::move(key),
       wanted](const std::stop_token&) -> WorkQueue::Settle {
        const std::shared_ptr<const Bm25Index> index = searcher->index();
        std::optional<uint32_t> ordinal = wanted;
        index->check_files();
        if (key) ordinal = index->find_key(*key);
        const bool is_there = ordinal && index->find_ordinal(*ordinal);
        index->check_files();
        if (!is_there) return nothing();
        auto explanation = searcher->explain(query, *ordinal);
        std::string id = index->key(*ordinal);
        index->check_files();
        return [explanation = std::move(explanation), index, ordinal = *ordinal,
                id = std::move(id)](Napi::Env env) -> Napi::Value {
          Napi::Object result = Napi::Object::New(env);
          result.Set("id", id);
          result.Set("index", static_cast<double>(ordinal));
          result.Set("isHit", explanation.is_hit);
          result.Set("score", explanation.score);
          result.Set("documents", static_cast<double>(explanation.documents));
          auto terms = Napi::Array::New(env, explanation.terms.size());
          for (uint32_t i = 0; i < explanation.terms.size(); ++i) {
            terms.Set(i, to_js(env, explanation.terms[i], *index));
          }
          result.Set("terms", terms);
          return result;
        };
      });
}

// infoBm25(handle): what Bm25Info says, but for `path`
Napi::Value describe(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Bm25Handle& handle = ready_bm25(info[0]);
  const Bm25Index& index = *handle.searcher->index();
  Napi::Object result = Napi::Object::New(env);
  result.Set("documents", static_cast<double>(index.documents()));
  result.Set("deleted", static_cast<double>(index.deleted()));
  result.Set("added", static_cast<double>(index.next_ordinal()));
  result.Set("segments", static_cast<double>(index.segments().size()));
  result.Set("generation", static_cast<double>(index.generation()));
  result.Set("bytes", static_cast<double>(index.bytes()));
  result.Set("analyzer", index.settings().analyzer);
  const auto& fields = index.settings().fields;
  auto list = Napi::Array::New(env, fields.size());
  FieldStatistics sum;
  for (uint32_t i = 0; i < fields.size(); ++i) {
    const FieldStatistics of_field = index.statistics(i);
    sum.words += of_field.words;
    sum.terms += of_field.terms;
    sum.postings += of_field.postings;
    Napi::Object field = Napi::Object::New(env);
    field.Set("name", fields[i].name);
    field.Set("weight", fields[i].weight);
    field.Set("documents", static_cast<double>(of_field.documents_with_field));
    field.Set("words", static_cast<double>(of_field.words));
    field.Set("terms", static_cast<double>(of_field.terms));
    field.Set("postings", static_cast<double>(of_field.postings));
    list.Set(i, field);
  }
  result.Set("words", static_cast<double>(sum.words));
  result.Set("terms", static_cast<double>(sum.terms));
  result.Set("postings", static_cast<double>(sum.postings));
  result.Set("fields", list);
  set_parameters(result, handle.searcher->parameters());
  return result;
}

// disposeBm25(handle): void. Pending calls are rejected; the memory is freed
// when the running one has stopped.
Napi::Value dispose(const Napi::CallbackInfo& info) {
  unwrap<Bm25Handle>(info[0]).dispose();
  return info.Env().Undefined();
}

}  // namespace

void define_bm25(Napi::Object exports) {
  define<create>(exports, "createBm25");
  define<open>(exports, "openBm25");
  define<score>(exports, "scoreBm25");
  define<refresh>(exports, "refreshBm25");
  define<save>(exports, "saveBm25");
  define<search>(exports, "searchBm25");
  define<explain>(exports, "explainBm25");
  define<describe>(exports, "infoBm25");
  define<dispose>(exports, "disposeBm25");
}

}  // namespace querl
