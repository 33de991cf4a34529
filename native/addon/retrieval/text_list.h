// Many strings as one, for JavaScript: it cuts them out at a fraction of what a
// crossing for each would cost.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "addon/napi_setup.h"

namespace querl {

class TextList {
 public:
  void add(std::string_view utf8);

  // Sets `name` to all texts behind one another, and `ends` to where each ends,
  // in UTF-16 units.
  void set(Napi::Object object, const char* name, const char* ends) const;

 private:
  std::string texts_;
  std::vector<uint32_t> ends_;
};

}  // namespace querl
