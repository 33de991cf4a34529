#include "retrieval/text/word_break.h"

#include <algorithm>

namespace querl {
namespace {

constexpr uint32_t kZwj = 0x200d;
constexpr uint32_t kTextPresentation = 0xfe0e;
constexpr uint32_t kEmojiPresentation = 0xfe0f;
constexpr uint32_t kKeycap = 0x20e3;
constexpr uint32_t kFirstTag = 0xe0020;
constexpr uint32_t kTagEnd = 0xe007f;

bool is_presentation(uint32_t point) {
  return point == kTextPresentation || point == kEmojiPresentation;
}

bool is_keycap_base(uint32_t point) {
  return (point >= '0' && point <= '9') || point == '#' || point == '*';
}

}  // namespace

WordBreak::Place WordBreak::place(size_t at, uint32_t units) const {
  if (at >= text_.size()) return {at, units, 0, 0};
  const uint32_t point = read_utf8(text_, at).point;
  if (units + (point >= 0x10000 ? 2 : 1) > max_units_) return {at, units, 0, 0};
  return {at, units, point, points_.classes(point)};
}

WordBreak::Place WordBreak::after(const Place& here) const {
  return place(here.at + read_utf8(text_, here.at).bytes,
               here.units + (here.point >= 0x10000 ? 2 : 1));
}

WordBreak::Place WordBreak::extended(Place here) const {
  while (here.classes & kExtend) here = after(here);
  return here;
}

size_t WordBreak::longest_token() const {
  const Place start = begin();
  size_t end = first_;
  if (start.classes & (kLetter | kNumeric | kKatakana | kConnector)) end = word();
  if ((start.classes & (kEmoji | kEmojiModifier)) || start.point == kZwj) {
    end = std::max(end, emoji());
  }
  if (start.classes & kRegional) end = std::max(end, flag());
  if (is_keycap_base(start.point)) end = std::max(end, keycap());
  if (start.classes & kComplex) end = std::max(end, complex());
  if (start.classes & kIdeograph) end = std::max(end, extended(after(start)).at);
  return end;
}

// Letters and numbers stick together, Katakana sticks to Katakana, and a connector to all of them.
// Between two letters one apostrophe, dot or colon may stand, between two numbers one separator.
size_t WordBreak::word() const {
  enum {
    kStart,
    kAfterConnector,
    kAfterKatakana,
    kAfterNumber,
    kAfterLetter,
    kAfterQuote
  } state = kStart;
  bool joins = false;  // this letter may be the left one of two that a middle character joins
  bool quotes =
      false;  // it is Hebrew and a quote may follow: not where it was the right one itself
  size_t end = first_;
  Place here = begin();
  for (;;) {
    const uint32_t classes = here.classes;
    if (classes & kConnector) {
      if (end != first_) end = extended(after(here)).at;
      state = kAfterConnector;
    } else if (classes & kKatakana) {
      if (state != kStart && state != kAfterConnector && state != kAfterKatakana) return end;
      state = kAfterKatakana;
    } else if (classes & (kLetter | kNumeric)) {
      if (state == kAfterKatakana) return end;
      state = classes & kNumeric ? kAfterNumber : kAfterLetter;
      joins = true;
      quotes = (classes & kHebrew) != 0;
    } else if (state == kAfterLetter || state == kAfterNumber) {
      const Place next = extended(after(here));
      const bool hebrew_quote = state == kAfterLetter && quotes && here.point == '\'';
      if (state == kAfterNumber && (classes & kMidNumber) && (next.classes & kNumeric)) {
        here = next;
      } else if (state == kAfterLetter && joins && (classes & kMidLetter) &&
                 (next.classes & kLetter)) {
        here = next;
        quotes = hebrew_quote && (next.classes & kHebrew);
      } else if (hebrew_quote) {
        state = kAfterQuote;
      } else if (state == kAfterLetter && quotes && here.point == '"' && (next.classes & kHebrew)) {
        here = next;
        joins = quotes = false;
      } else {
        return end;
      }
    } else {
      return end;
    }
    here = extended(after(here));
    if (state != kAfterConnector) end = here.at;
  }
}

// Emoji, each with what extends it, joined by ZWJ.
size_t WordBreak::emoji() const {
  Place here = begin();
  size_t end = first_;
  bool first = true;
  for (;;) {
    const Place start = here;
    while (here.point == kZwj) here = after(here);
    const bool is_modifier = (start.classes & kEmojiModifier) != 0;
    if (!(here.classes & kEmoji) && !is_modifier) return end;
    here = after(here);
    uint32_t last = 0;
    for (; (here.classes & kExtend) && !is_presentation(here.point); here = after(here)) {
      last = here.point;
    }
    end = here.at;
    if (here.point == kEmojiPresentation && !is_modifier) {
      here = after(here);
      end = here.at;
      if (first) {
        Place tag = here;
        while (tag.point >= kFirstTag && tag.point < kTagEnd) tag = after(tag);
        if (tag.at != here.at && tag.point == kTagEnd) return after(tag).at;
      }
      if (here.point != kZwj) return end;
      here = after(here);
    } else if (last != kZwj) {
      return end;
    }
    first = false;
  }
}

size_t WordBreak::flag() const {
  const Place second = extended(after(begin()));
  return second.classes & kRegional ? extended(after(second)).at : first_;
}

size_t WordBreak::keycap() const {
  bool found = false;
  Place here = after(begin());
  for (bool chosen = false; here.classes & kExtend; here = after(here)) {
    if (is_presentation(here.point)) {
      if (chosen || here.point == kTextPresentation || after(here).point != kKeycap) break;
      chosen = true;
    }
    found |= here.point == kKeycap;
  }
  return found ? here.at : first_;
}

size_t WordBreak::complex() const {
  Place here = begin();
  while (here.classes & kComplex) here = extended(after(here));
  return here.at;
}

}  // namespace querl
