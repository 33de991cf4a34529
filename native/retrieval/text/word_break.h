// The grammar of Lucene's StandardTokenizer over all of Unicode, at one place of a text.
#pragma once

#include <cstdint>
#include <string_view>

#include "retrieval/text/code_points.h"
#include "retrieval/text/utf8.h"

namespace querl {

class WordBreak {
 public:
  // Looks from `first` on, and no further than `max_units` of UTF-16.
  WordBreak(const CodePoints& points, std::string_view text, size_t first, uint32_t max_units)
      : points_(points), text_(text), first_(first), max_units_(max_units) {}

  // Where the longest token that begins at `first` ends; `first` if none does.
  size_t longest_token() const;

 private:
  // A place in the text, with the code point that stands there.
  struct Place {
    size_t at;
    uint32_t units;    // from `first` to here
    uint32_t point;    // 0 at the end of the text or of what may be seen
    uint32_t classes;  // of the point
  };

  Place begin() const { return place(first_, 0); }
  Place place(size_t at, uint32_t units) const;
  Place after(const Place& here) const;
  Place extended(Place here) const;  // past code points that extend what is before them

  size_t word() const;
  size_t emoji() const;
  size_t flag() const;
  size_t keycap() const;
  size_t complex() const;

  const CodePoints& points_;
  std::string_view text_;
  size_t first_;
  uint32_t max_units_;
};

}  // namespace querl
