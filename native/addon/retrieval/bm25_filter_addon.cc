#include "addon/retrieval/bm25_filter_addon.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "addon/arguments.h"
#include "addon/failure.h"
#include "addon/retrieval/bm25_handle.h"
#include "addon/retrieval/text_list.h"
#include "addon/stop_source_addon.h"

namespace querl {
namespace {

// Some documents with what a filter can ask of them.
struct KeyBatch {
  std::vector<uint32_t> ordinals;
  TextList keys;
  TextList stored;
  uint32_t next = 0;  // where the next batch begins
};

KeyBatch keys_from(const Bm25Index& index, uint32_t first, size_t most) {
  index.check_files();
  KeyBatch batch;
  batch.next = index.next_ordinal();
  for (const SegmentView& view : index.segments()) {
    const Segment& segment = *view.segment;
    if (segment.documents() == 0 || segment.last_ordinal() < first) continue;
    // Ordinals ascend: the first document of interest by bisection.
    uint32_t document = 0;
    for (uint32_t end = segment.documents(); document < end;) {
      const uint32_t middle = document + (end - document) / 2;
      if (segment.ordinal(middle) < first) {
        document = middle + 1;
      } else {
        end = middle;
      }
    }
    for (; document < segment.documents(); ++document) {
      if (view.deleted != nullptr && view.deleted->contains(document)) continue;
      const uint32_t ordinal = segment.ordinal(document);
      if (batch.ordinals.size() == most) {
        batch.next = ordinal;
        index.check_files();
        return batch;
      }
      batch.ordinals.push_back(ordinal);
      batch.keys.add(segment.key(document));
      batch.stored.add(segment.stored(document));
    }
  }
  index.check_files();
  return batch;
}

// keysOf(handle, first, most): Promise<{ documents, keys, keyEnds, stored,
// storedEnds, next }> of at most `most` documents from an ordinal on.
Napi::Value keys_of(const Napi::CallbackInfo& info) {
  Bm25Handle& handle = ready_bm25(info[0]);
  const auto first = static_cast<uint32_t>(integer(info[1], "first"));
  const auto most = static_cast<size_t>(integer(info[2], "most"));
  return handle.queue.submit(
      info[0].As<Napi::Object>(), std::stop_source(),
      [index = handle.searcher->index(), first, most](const std::stop_token&) -> WorkQueue::Settle {
        KeyBatch batch = keys_from(*index, first, most);
        return [batch = std::move(batch)](Napi::Env env) -> Napi::Value {
          auto documents = Napi::Uint32Array::New(env, batch.ordinals.size());
          std::copy(batch.ordinals.begin(), batch.ordinals.end(), documents.Data());
          Napi::Object result = Napi::Object::New(env);
          result.Set("documents", documents);
          batch.keys.set(result, "keys", "keyEnds");
          batch.stored.set(result, "stored", "storedEnds");
          result.Set("next", static_cast<double>(batch.next));
          return result;
        };
      });
}

// A bit for each ordinal that a live document has, low ones first.
std::vector<uint32_t> live_bits(const Bm25Index& index) {
  index.check_files();
  std::vector<uint32_t> bits((uint64_t{index.next_ordinal()} + 31) / 32);
  for (const SegmentView& view : index.segments()) {
    for (uint32_t document = 0; document < view.segment->documents(); ++document) {
      if (view.deleted != nullptr && view.deleted->contains(document)) continue;
      const uint32_t ordinal = view.segment->ordinal(document);
      if (ordinal < index.next_ordinal()) bits[ordinal / 32] |= 1u << (ordinal % 32);
    }
  }
  index.check_files();
  return bits;
}

// liveBits(handle): Promise<Uint32Array> of the documents that are not deleted.
Napi::Value live(const Napi::CallbackInfo& info) {
  Bm25Handle& handle = ready_bm25(info[0]);
  return handle.queue.submit(
      info[0].As<Napi::Object>(), std::stop_source(),
      [index = handle.searcher->index()](const std::stop_token&) -> WorkQueue::Settle {
        return [bits = live_bits(*index)](Napi::Env env) -> Napi::Value {
          auto array = Napi::Uint32Array::New(env, bits.size());
          std::copy(bits.begin(), bits.end(), array.Data());
          return array;
        };
      });
}

// createFilter(ordinals, bits: Uint32Array): handle. A bit for each ordinal,
// low ones first.
Napi::Value create(const Napi::CallbackInfo& info) {
  const auto ordinals = static_cast<uint32_t>(integer(info[0], "ordinals"));
  const auto bits = uint_array(info[1], "bits");
  std::vector<uint64_t> words((bits.size() + 1) / 2);
  std::memcpy(words.data(), bits.data(), bits.size_bytes());
  auto handle = std::make_unique<FilterHandle>();
  handle->documents = std::make_shared<const DocumentSet>(ordinals, std::move(words));
  return make_handle(info.Env(), std::move(handle));
}

}  // namespace

void define_bm25_filter(Napi::Object exports) {
  define<keys_of>(exports, "keysOf");
  define<live>(exports, "liveBits");
  define<create>(exports, "createFilter");
}

}  // namespace querl
