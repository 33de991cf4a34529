#include "lm/device.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <new>

#include "kernels/half.h"
#include "lm/decoder.h"

namespace querl {
namespace {

constexpr size_t kAlignment = 64;
// Memory of this size takes huge pages, as far as there are some.
constexpr int64_t kLarge = 64 << 20;
constexpr size_t kHugePage = 2 << 20;

class HostDevice final : public Device {
 public:
  std::string name() const override { return "cpu"; }
  bool is_host() const override { return true; }

  std::shared_ptr<std::byte> allocate(int64_t bytes) override {
    const size_t alignment = bytes < kLarge ? kAlignment : kHugePage;
    const size_t size = (static_cast<size_t>(bytes) + alignment - 1) / alignment * alignment;
    auto* data = static_cast<std::byte*>(std::aligned_alloc(alignment, std::max(size, alignment)));
    if (data == nullptr) throw std::bad_alloc();
#if defined(__linux__)
    // Weights are read from front to back, faster than addresses of small pages are found. It is a
    // wish, and failing is no error.
    if (bytes >= kLarge) madvise(data, size, MADV_HUGEPAGE);
#endif
    std::fill_n(data, size, std::byte{0});
    return {data, [](std::byte* memory) { std::free(memory); }};
  }
  void zero(void* data, int64_t bytes) override {
    std::fill_n(static_cast<std::byte*>(data), bytes, std::byte{0});
  }
  void copy(void* to, const void* from, int64_t bytes) override {
    std::copy_n(static_cast<const std::byte*>(from), bytes, static_cast<std::byte*>(to));
  }

  double norm(const float* numbers, int64_t count) override {
    OneThread alone;
    return std::sqrt(squared_norm(numbers, count, alone));
  }
  void adamw(const AdamWStep& step, float* weights, const float* gradients, float* first_moment,
             float* second_moment, int64_t count) override {
    OneThread alone;
    querl::adamw(step, weights, gradients, first_moment, second_moment, count, alone);
  }
  void round(const float* from, int64_t count, FloatType type, void* to) override {
    from_floats(from, count, type, to);
  }

  std::unique_ptr<Decoder> make_decoder(const Parameters&, const Adapter*) override {
    return nullptr;
  }
};

}  // namespace

std::shared_ptr<Device> host_device() {
  static const auto device = std::make_shared<HostDevice>();
  return device;
}

}  // namespace querl
