// AdamW over what trains of a model, with its state: moments of 32 or 8 bits, and fp32 masters of
// weights that are stored in 16 bits.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/adamw.h"
#include "kernels/adamw8.h"
#include "kernels/parallel.h"
#include "lm/device.h"
#include "lm/parameters.h"

namespace querl {

// The numbers that an optimiser changes, one flat buffer, which must outlive it.
struct TrainedNumbers {
  std::shared_ptr<Device> device;
  const std::vector<ParameterSpec>* specs = nullptr;
  FloatType type = FloatType::kFloat32;
  void* data = nullptr;  // on the device
  int64_t count = 0;

  int64_t bytes() const { return count * float_bytes(type); }
};

// One thread at a time, except for what says otherwise. What it keeps is made when it is first
// needed.
class Optimizer {
 public:
  // Parameters of fewer numbers keep moments of 32 bits: norms and biases are few, and what their
  // neighbours have in common with them is less than what those of a matrix have.
  static constexpr int64_t kLeastQuantised = 4096;

  // `bits` of a moment: 32, or 8 in blocks (kernels/adamw8.h). Throws ERR_QUERL_ARGUMENT for
  // others, and for 8 on a device that is not the host.
  Optimizer(TrainedNumbers trained, int bits);

  int bits() const { return bits_; }

  // Counts a step and takes it; `gradients` are fp32, laid out as the numbers. The caller keeps
  // readers of these away. `options.step` and `options.rounded_type` are set here.
  void step(AdamWStep options, const float* gradients, Parallel& parallel);

  // The numbers were changed from outside: masters that no longer round to them become them.
  void numbers_changed(Parallel& parallel);

  int64_t steps() const { return steps_; }
  void set_steps(int64_t steps) { steps_ = steps; }
  // Forgets moments and steps; masters stay.
  void reset();

  // All of the state but the steps, for files: "first_moment.NAME" and "second_moment.NAME" are
  // fp32, or codes with their blocks' scales in "first_scale.NAME" and "second_scale.NAME";
  // "master.NAME". In an order that depends on the model alone.
  struct StateTensor {
    std::string name;
    bool is_bytes = false;  // codes; else fp32
    std::vector<int64_t> shape;
    std::byte* data = nullptr;  // on the device
    int64_t bytes = 0;
  };
  std::vector<StateTensor> state(Parallel& parallel);

  // Any thread: bytes that it holds now.
  int64_t master_bytes() const { return master_bytes_.load(std::memory_order_relaxed); }
  int64_t moment_bytes() const { return moment_bytes_.load(std::memory_order_relaxed); }

 private:
  // Where the moments of a parameter lie: in floats_ from `at` on, or in codes_ and scales_.
  struct Place {
    const ParameterSpec* spec;
    bool quantised;
    int64_t at, scale;
  };
  struct Moment {
    DeviceBuffer floats, codes, scales;
  };

  bool needs_masters() const { return trained_.type != FloatType::kFloat32; }
  void make_moments();
  void make_masters(Parallel& parallel);
  Moment made_moment(uint8_t zero_code) const;
  float* weights_of(const ParameterSpec& spec);  // masters, or the numbers themselves
  void* rounded_of(const ParameterSpec& spec);

  TrainedNumbers trained_;
  int bits_;
  std::vector<Place> places_;
  int64_t floats_ = 0, codes_ = 0, scales_ = 0;  // numbers of each kind in a moment
  Moment first_, second_;
  DeviceBuffer masters_;
  int64_t steps_ = 0;
  std::atomic<int64_t> master_bytes_{0}, moment_bytes_{0};
};

}  // namespace querl
