// One thread's part of work that a team does together.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/team.h"

namespace querl {

struct Share {
  struct Range {
    int64_t begin, end;
    int64_t size() const { return end - begin; }
  };

  int thread = 0, threads = 1;
  Team* team = nullptr;  // null: this thread is alone

  // Its part of [0, count), cut at multiples of `unit`.
  Range of(int64_t count, int64_t unit) const {
    const int64_t units = (count + unit - 1) / unit;
    return {std::min(count, units * thread / threads * unit),
            std::min(count, units * (thread + 1) / threads * unit)};
  }
  void meet() const {
    if (team != nullptr) team->meet();
  }
};

}  // namespace querl
