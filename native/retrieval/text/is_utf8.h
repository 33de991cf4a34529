// Tells text in UTF-8 from other bytes.
#pragma once

#include <string_view>

namespace querl {

// Whether there is nothing but whole, shortest sequences of code points that are no surrogates.
bool is_utf8(std::string_view text);

}  // namespace querl
