// querl_retrieval.node: what native code offers to @querl/retrieval. It needs no LibTorch, and it
// keeps nothing outside of the handles, so it loads in any number of workers.
#include "addon/napi_setup.h"
#include "addon/retrieval/bm25_addon.h"
#include "addon/retrieval/bm25_filter_addon.h"
#include "addon/retrieval/bm25_writer_addon.h"
#include "addon/retrieval/dense_addon.h"
#include "addon/retrieval/documents_addon.h"
#include "addon/retrieval/text_addon.h"
#include "addon/stop_source_addon.h"

static Napi::Object exports_of(Napi::Env, Napi::Object exports) {
  exports.Set("version", QUERL_VERSION);
  querl::define_stop_source(exports);
  querl::define_bm25(exports);
  querl::define_bm25_filter(exports);
  querl::define_bm25_writer(exports);
  querl::define_documents(exports);
  querl::define_text(exports);
  querl::define_dense(exports);
  return exports;
}

NODE_API_MODULE(querl_retrieval, exports_of)
