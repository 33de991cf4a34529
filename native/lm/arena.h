// Scratch memory that is laid out anew for each piece of work and kept between them.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace querl {

// Laying out is done twice: once to measure, once to take. `lay_out(arena)` calls arena.take() for
// every buffer, in an order that depends on sizes alone.
class Arena {
 public:
  // `count` floats, aligned to a cache line, not initialised; null while measuring.
  float* take(int64_t count) {
    float* at = measuring_ ? nullptr : memory_.get() + used_;
    used_ += (count + kLine - 1) / kLine * kLine;
    return at;
  }

  template <class LayOut>
  void lay_out(const LayOut& work) {
    measuring_ = true;
    used_ = 0;
    work(*this);
    reserve(used_);
    measuring_ = false;
    used_ = 0;
    work(*this);
  }

 private:
  static constexpr int64_t kLine = 16;  // floats

  struct Free {
    void operator()(float* memory) const { std::free(memory); }
  };

  void reserve(int64_t floats) {
    if (floats <= capacity_) return;
    memory_.reset();  // first, so that both never exist at once
    capacity_ = 0;
    memory_.reset(
        static_cast<float*>(std::aligned_alloc(64, static_cast<size_t>(floats) * sizeof(float))));
    if (memory_ == nullptr) throw std::bad_alloc();
    capacity_ = floats;
  }

  std::unique_ptr<float[], Free> memory_;
  int64_t capacity_ = 0, used_ = 0;
  bool measuring_ = false;
};

}  // namespace querl
