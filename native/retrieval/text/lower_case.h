// Lower case, in the three ways that the tokenizers' origins have it.
#pragma once

#include <cstddef>
#include <string_view>

#include "retrieval/text/slice.h"

namespace querl {

enum class LowerCase {
  kSimple,  // code point by code point, as Java does it
  kSigma,   // likewise, and a final sigma counts as a sigma
  kPython,  // as str.lower(): a capital sigma at the end of a word becomes a final one
};

// Room that lower_case() needs for a token of so many bytes.
constexpr size_t lower_case_bytes(size_t bytes) { return bytes + bytes / 2 + 8; }

// Writes the lower case of a token to `out` and returns its length. The text around the token is
// looked at by kPython.
size_t lower_case(std::string_view text, const Slice& token, LowerCase how, char* out);

}  // namespace querl
