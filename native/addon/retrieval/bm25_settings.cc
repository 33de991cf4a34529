#include "addon/retrieval/bm25_settings.h"

#include <algorithm>
#include <array>
#include <string>

#include "addon/arguments.h"
#include "base/errors.h"
#include "retrieval/text/analyzer.h"

namespace querl {
namespace {

// In the order of the enumerations.
constexpr std::array<const char*, 5> kVariants{"lucene", "robertson", "atire", "bm25l", "bm25+"};
constexpr std::array<const char*, 2> kLengths{"exact", "lucene"};

template <size_t N>
size_t place_of(const std::array<const char*, N>& names, const Napi::Object& object,
                const char* field) {
  const std::string name = text(object.Get(field), field);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw Error("ERR_QUERL_ARGUMENT", std::string("Unknown ") + field + " " + name + ".");
  }
  return static_cast<size_t>(found - names.begin());
}

}  // namespace

Bm25Parameters bm25_parameters(const Napi::Object& object) {
  return {static_cast<Bm25Variant>(place_of(kVariants, object, "variant")),
          number_field(object, "k1"), number_field(object, "b"), number_field(object, "delta"),
          static_cast<LengthRule>(place_of(kLengths, object, "lengths"))};
}

void set_parameters(Napi::Object object, const Bm25Parameters& parameters) {
  object.Set("variant", kVariants[static_cast<size_t>(parameters.variant)]);
  object.Set("k1", parameters.k1);
  object.Set("b", parameters.b);
  object.Set("delta", parameters.delta);
  object.Set("lengths", kLengths[static_cast<size_t>(parameters.lengths)]);
}

IndexSettings index_settings(const Napi::Object& object) {
  IndexSettings settings;
  settings.analyzer = Analyzer::make(text(object.Get("analyzer"), "analyzer"))->spec();
  settings.parameters = bm25_parameters(object);
  const auto fields = object.Get("fields").As<Napi::Array>();
  for (uint32_t i = 0; i < fields.Length(); ++i) {
    const auto field = fields.Get(i).As<Napi::Object>();
    settings.fields.push_back({text(field.Get("name"), "name"), number_field(field, "weight")});
  }
  return settings;
}

}  // namespace querl
