#include "addon/retrieval/text_list.h"

#include <algorithm>

namespace querl {

void TextList::add(std::string_view utf8) {
  uint32_t units = ends_.empty() ? 0 : ends_.back();
  for (const char c : utf8) {
    const auto byte = static_cast<uint8_t>(c);
    // A byte that continues a character is no unit; the first of four stands
    // for a pair of units.
    units += (byte & 0xc0) == 0x80 ? 0 : byte >= 0xf0 ? 2 : 1;
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
