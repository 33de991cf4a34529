#include "addon/retrieval/text_list.h"

#include <algorithm>
#include <string>

#include "retrieval/text/utf8.h"

namespace querl {

namespace {

// With U+FFFD in place of each byte that is no UTF-8, as there may be in an id of a file.
std::string repaired(std::string_view text) {
  std::string valid;
  for (size_t at = 0; at < text.size();) {
    const auto [point, bytes] = read_utf8(text, at);
    const bool is_valid = point != 0 || text[at] == '\0';
    valid += is_valid ? text.substr(at, bytes) : "\xef\xbf\xbd";
    at += bytes;
  }
  return valid;
}

}  // namespace

void TextList::add(std::string_view utf8) {
  uint32_t units = ends_.empty() ? 0 : ends_.back();
  for (size_t at = 0; at < utf8.size();) {
    const auto [point, bytes] = read_utf8(utf8, at);
    // Else V8 would decode it in its own way, and all ends behind it were wrong.
    if (point == 0 && utf8[at] != '\0') return add(repaired(utf8));
    units += point < 0x10000 ? 1 : 2;
    at += bytes;
  }
  texts_ += utf8;
  ends_.push_back(units);
}

void TextList::set(Napi::Object object, const char* name, const char* ends) const {
  auto array = Napi::Uint32Array::New(object.Env(), ends_.size());
  std::copy(ends_.begin(), ends_.end(), array.Data());
  object.Set(name, Napi::String::New(object.Env(), texts_));
  object.Set(ends, array);
}

}  // namespace querl
