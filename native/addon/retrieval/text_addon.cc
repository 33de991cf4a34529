#include "addon/retrieval/text_addon.h"

#include <string>

#include "addon/arguments.h"
#include "addon/failure.h"
#include "retrieval/text/analyzer.h"

namespace querl {
namespace {

// analyzerSpec(nameOrJson): string, the canonical JSON
Napi::Value analyzer_spec(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), Analyzer::make(text(info[0], "analyzer"))->spec());
}

// analyze(nameOrJson, texts): string[][], on this thread
Napi::Value analyze(const Napi::CallbackInfo& info) {
  TokenReader reader(Analyzer::make(text(info[0], "analyzer")));
  const auto texts = info[1].As<Napi::Array>();
  Napi::Array result = Napi::Array::New(info.Env(), texts.Length());
  for (uint32_t i = 0; i < texts.Length(); ++i) {
    Napi::HandleScope scope(info.Env());
    const std::string utf8 = text(texts.Get(i), "text");
    Napi::Array tokens = Napi::Array::New(info.Env());
    reader.start(utf8);
    for (uint32_t t = 0; reader.next(); ++t) {
      tokens.Set(t, Napi::String::New(info.Env(), reader.token().data(), reader.token().size()));
    }
    result.Set(i, tokens);
  }
  return result;
}

}  // namespace

void define_text(Napi::Object exports) {
  define<analyzer_spec>(exports, "analyzerSpec");
  define<analyze>(exports, "analyze");
}

}  // namespace querl
