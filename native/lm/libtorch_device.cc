#include "lm/libtorch_device.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#include <iterator>
#include <map>
#include <mutex>

#include "lm/errors.h"
#include "lm/libtorch_tensor_decoder.h"
#include "lm/libtorch_weights.h"

namespace querl {
namespace {

constexpr const char* kBuildHint =
    "Build querl with QUERL_CUDA=ON against a CUDA LibTorch, or use device: 'cpu'.";

// Which addresses a device has handed out, to tell its memory from this machine's.
class Ranges {
 public:
  void add(const std::byte* first, int64_t bytes) {
    const std::lock_guard lock(mutex_);
    ends_[first] = first + bytes;
  }
  void remove(const std::byte* first) {
    const std::lock_guard lock(mutex_);
    ends_.erase(first);
  }
  bool hold(const void* data) const {
    const std::lock_guard lock(mutex_);
    const auto* at = static_cast<const std::byte*>(data);
    const auto behind = ends_.upper_bound(at);
    return behind != ends_.begin() && at < std::prev(behind)->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<const std::byte*, const std::byte*> ends_;
};

class TensorDevice final : public Device {
 public:
  explicit TensorDevice(c10::Device device) : device_(device) {}

  std::string name() const override { return device_.str(); }
  bool is_host() const override { return false; }

  std::shared_ptr<std::byte> allocate(int64_t bytes) override {
    const c10::DeviceGuard guard(device_);
    try {
      at::Tensor memory = at::zeros({bytes}, at::TensorOptions().dtype(at::kByte).device(device_));
      auto* data = static_cast<std::byte*>(memory.mutable_data_ptr());
      ranges_->add(data, bytes);
      return {data, [kept = std::move(memory), ranges = ranges_](std::byte* first) {
                ranges->remove(first);
              }};
    } catch (const c10::OutOfMemoryError&) {
      throw Error("ERR_QUERL_OUT_OF_MEMORY",
                  name() + " has no " + std::to_string(bytes >> 20) + " MiB left for the model.");
    }
  }

  void zero(void* data, int64_t bytes) override { over(data, bytes, at::kByte).zero_(); }

  void copy(void* to, const void* from, int64_t bytes) override {
    if (bytes == 0) return;
    const c10::DeviceGuard guard(device_);
    at::Tensor target = anywhere(to, bytes);
    // Blocking: from or to pageable memory a copy returns once it is done, and within the device
    // the wait is explicit.
    target.copy_(anywhere(from, bytes));
    wait();
  }

  double norm(const float* numbers, int64_t count) override {
    static const auto op = c10::Dispatcher::singleton()
                               .findSchemaOrThrow("querl::global_norm", "")
                               .typed<at::Tensor(at::TensorList)>();
    const c10::DeviceGuard guard(device_);
    return op.call({over(numbers, count, at::kFloat)}).item<double>();
  }

  void adamw(const AdamWStep& step, float* weights, const float* gradients, float* first_moment,
             float* second_moment, int64_t count) override {
    static const auto op =
        c10::Dispatcher::singleton()
            .findSchemaOrThrow("querl::adamw_", "")
            .typed<void(at::TensorList, at::TensorList, at::TensorList, at::TensorList, int64_t,
                        double, double, double, double, double, double)>();
    const c10::DeviceGuard guard(device_);
    op.call({over(weights, count, at::kFloat)}, {over(gradients, count, at::kFloat)},
            {over(first_moment, count, at::kFloat)}, {over(second_moment, count, at::kFloat)},
            step.step, double{step.lr}, double{step.beta1}, double{step.beta2},
            double{step.epsilon}, double{step.weight_decay}, double{step.gradient_scale});
    wait();
  }

  void round(const float* from, int64_t count, FloatType type, void* to) override {
    const c10::DeviceGuard guard(device_);
    over(to, count, scalar_type(type)).copy_(over(from, count, at::kFloat));
    wait();
  }

  std::unique_ptr<Decoder> make_decoder(const Parameters& parameters,
                                        const Adapter* adapter) override {
    return std::make_unique<TensorDecoder>(parameters, TensorDecoderOptions{.adapter = adapter});
  }

 private:
  // Samplers read the weights on streams of their own: what changes them is done on return.
  void wait() const {
    c10::impl::getDeviceGuardImpl(device_.type())->synchronizeDevice(device_.index());
  }

  at::Tensor over(const void* data, int64_t count, at::ScalarType type) const {
    return at::from_blob(const_cast<void*>(data), {count}, at::detail::noopDelete,
                         at::TensorOptions().dtype(type).device(device_), device_);
  }

  at::Tensor anywhere(const void* data, int64_t bytes) const {
    const c10::Device at = ranges_->hold(data) ? device_ : c10::Device(c10::kCPU);
    return at::from_blob(const_cast<void*>(data), {bytes}, at::detail::noopDelete,
                         at::TensorOptions().dtype(at::kByte).device(at), at);
  }

  c10::Device device_;
  std::shared_ptr<Ranges> ranges_ = std::make_shared<Ranges>();
};

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw Error("ERR_QUERL_ARGUMENT",
              "Expected device to be 'cpu', 'cuda' or 'cuda:N', but got '" + name + "'" + why);
}

c10::Device parsed(const std::string& name) {
  try {
    return c10::Device(name);
  } catch (const c10::Error&) {
    refuse(name, ".");
  }
}

}  // namespace

std::shared_ptr<Device> open_device(const std::string& name) {
  const c10::Device device = parsed(name);
  if (device.type() == c10::kCPU) return host_device();
  if (device.type() != c10::kCUDA) refuse(name, ".");
  const bool is_built = c10::impl::hasDeviceGuardImpl(c10::kCUDA) &&
                        c10::Dispatcher::singleton()
                            .findSchemaOrThrow("querl::paged_attention", "")
                            .hasKernelForDispatchKey(c10::DispatchKey::CUDA);
  if (!is_built)
    throw Error("ERR_QUERL_NATIVE_MISSING",
                std::string("This build of querl knows no CUDA. ") + kBuildHint);
  const auto count = static_cast<int>(c10::impl::getDeviceGuardImpl(c10::kCUDA)->deviceCount());
  if (count == 0)
    throw Error("ERR_QUERL_NATIVE_MISSING",
                "This machine has no CUDA device that LibTorch can use: `nvidia-smi` tells whether "
                "the driver sees one. Use device: 'cpu' meanwhile.");
  const int index = device.has_index() ? device.index() : 0;
  if (index >= count)
    refuse(name, ", and there are " + std::to_string(count) + " CUDA devices, from 0 on.");
  return std::make_shared<TensorDevice>(
      c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index)));
}

}  // namespace querl
