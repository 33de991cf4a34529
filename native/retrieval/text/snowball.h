// Snowball's stemmers (libstemmer), where the build has them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace querl {

// One for each thread.
class SnowballStemmer {
 public:
  // `language` is one of snowball_languages(). Throws ERR_QUERL_NATIVE_MISSING if this build has no
  // libstemmer.
  explicit SnowballStemmer(const std::string& language);

  // The stem of a word in lower case, UTF-8; valid until the next call.
  std::string_view stem(std::string_view word);

 private:
  struct Free {
    void operator()(void* stemmer) const;
  };
  std::unique_ptr<void, Free> stemmer_;  // a sb_stemmer
};

}  // namespace querl
