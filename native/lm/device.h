// Where a model's numbers lie and its optimiser runs: this machine's memory, or that of a CUDA
// device (libtorch_device.h). Knows nothing of LibTorch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "kernels/adamw.h"
#include "kernels/float_type.h"

namespace querl {

class Adapter;
class Decoder;
class Parameters;

// Any thread may call it. Pointers are of its own memory unless something else is said.
class Device {
 public:
  virtual ~Device() = default;

  virtual std::string name() const = 0;  // "cpu", "cuda:0"
  // Whether its memory can be read and written as this machine's.
  virtual bool is_host() const = 0;

  // Zeros, aligned to 64 bytes. Throws std::bad_alloc, or ERR_QUERL_OUT_OF_MEMORY.
  virtual std::shared_ptr<std::byte> allocate(int64_t bytes) = 0;
  virtual void zero(void* data, int64_t bytes) = 0;
  // Either side may be this machine's memory. Both are free for other use once it returns.
  virtual void copy(void* to, const void* from, int64_t bytes) = 0;

  // The Euclidean norm; not finite if one of the numbers is not.
  virtual double norm(const float* numbers, int64_t count) = 0;
  // As adamw() of kernels/adamw.h.
  virtual void adamw(const AdamWStep& step, float* weights, const float* gradients,
                     float* first_moment, float* second_moment, int64_t count) = 0;
  // To nearest, ties to even.
  virtual void round(const float* from, int64_t count, FloatType type, void* to) = 0;

  // What samples from a model in this memory; null where that is this machine's: decoders.h. Keeps
  // references; `adapter` may be null.
  virtual std::unique_ptr<Decoder> make_decoder(const Parameters& parameters,
                                                const Adapter* adapter) = 0;
};

// This machine. norm() and adamw() are single-threaded here: a model has threads of its own.
std::shared_ptr<Device> host_device();

// Memory of a device that its owner frees.
class DeviceBuffer {
 public:
  DeviceBuffer() = default;                                    // empty
  DeviceBuffer(std::shared_ptr<Device> device, int64_t bytes)  // zeros
      : device_(std::move(device)), bytes_(bytes), data_(device_->allocate(bytes)) {}

  bool empty() const { return bytes_ == 0; }
  int64_t bytes() const { return bytes_; }
  std::byte* data() { return data_.get(); }
  const std::byte* data() const { return data_.get(); }
  float* floats() { return reinterpret_cast<float*>(data_.get()); }
  const float* floats() const { return reinterpret_cast<const float*>(data_.get()); }

  void zero() {
    if (bytes_ > 0) device_->zero(data_.get(), bytes_);
  }
  // `bytes` from `offset` on, to and from this machine's memory.
  void read(int64_t offset, int64_t bytes, void* to) const {
    if (bytes > 0) device_->copy(to, data_.get() + offset, bytes);
  }
  void write(int64_t offset, int64_t bytes, const void* from) {
    if (bytes > 0) device_->copy(data_.get() + offset, from, bytes);
  }

 private:
  std::shared_ptr<Device> device_;
  int64_t bytes_ = 0;
  std::shared_ptr<std::byte> data_;
};

}  // namespace querl
