#include "retrieval/text/snowball.h"

#include <new>

#include "base/errors.h"

#ifdef QUERL_LIBSTEMMER
#include "libstemmer.h"
#endif

namespace querl {

#ifdef QUERL_LIBSTEMMER

SnowballStemmer::SnowballStemmer(const std::string& language)
    : stemmer_(sb_stemmer_new(language.c_str(), "UTF_8")) {
  if (!stemmer_) {
    throw Error("ERR_QUERL_ARGUMENT", "Expected a language of Snowball, but got " + language + ".");
  }
}

std::string_view SnowballStemmer::stem(std::string_view word) {
  auto* stemmer = static_cast<sb_stemmer*>(stemmer_.get());
  const auto* bytes = reinterpret_cast<const sb_symbol*>(word.data());
  const sb_symbol* stem = sb_stemmer_stem(stemmer, bytes, static_cast<int>(word.size()));
  if (stem == nullptr) throw std::bad_alloc();
  return {reinterpret_cast<const char*>(stem), static_cast<size_t>(sb_stemmer_length(stemmer))};
}

void SnowballStemmer::Free::operator()(void* stemmer) const {
  sb_stemmer_delete(static_cast<sb_stemmer*>(stemmer));
}

#else

SnowballStemmer::SnowballStemmer(const std::string& language) {
  throw Error(
      "ERR_QUERL_NATIVE_MISSING",
      "The stemmer '" + language +
          "' is one of Snowball's, and this build was made without libstemmer.\nRun npm run "
          "setup with a network, or use the stemmer 'porter'.");
}

std::string_view SnowballStemmer::stem(std::string_view word) { return word; }

void SnowballStemmer::Free::operator()(void*) const {}

#endif

}  // namespace querl
