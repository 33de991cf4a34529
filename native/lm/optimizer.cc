#include "lm/optimizer.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "kernels/half.h"
#include "lm/errors.h"

namespace querl {
namespace {

constexpr int64_t kFloatBytes = sizeof(float);
// Numbers that are converted at a time.
constexpr int64_t kRun = int64_t{1} << 16;

// Calls work(first, count) for all runs of `count` numbers.
void for_runs(int64_t count, Parallel& parallel,
              const std::function<void(int64_t, int64_t)>& work) {
  parallel.run((count + kRun - 1) / kRun,
               [&](int64_t run, int) { work(run * kRun, std::min(kRun, count - run * kRun)); });
}

}  // namespace

Optimizer::Optimizer(TrainedNumbers trained, int bits) : trained_(std::move(trained)), bits_(bits) {
  if (bits != 32 && bits != 8)
    throw Error("ERR_QUERL_ARGUMENT",
                "Expected the optimiser's state to have 32 or 8 bits, but got " +
                    std::to_string(bits) + ".");
  if (bits == 8 && !trained_.device->is_host())
    throw Error("ERR_QUERL_ARGUMENT",
                "An optimiser with a state of 8 bits runs on the device cpu alone.");
  for (const ParameterSpec& spec : *trained_.specs) {
    const bool quantised = bits == 8 && spec.count >= kLeastQuantised;
    places_.push_back({&spec, quantised, quantised ? codes_ : floats_, scales_});
    (quantised ? codes_ : floats_) += spec.count;
    if (quantised) scales_ += moment_blocks(spec.count);
  }
}

Optimizer::Moment Optimizer::made_moment(uint8_t zero_code) const {
  Moment moment{DeviceBuffer(trained_.device, floats_ * kFloatBytes),
                DeviceBuffer(trained_.device, codes_),
                DeviceBuffer(trained_.device, scales_ * kFloatBytes)};
  // Codes are on the host alone.
  if (zero_code != 0 && codes_ > 0)
    std::memset(moment.codes.data(), zero_code, static_cast<size_t>(codes_));
  return moment;
}

void Optimizer::make_moments() {
  if (moment_bytes() > 0) return;
  first_ = made_moment(kZeroFirstCode);
  second_ = made_moment(kZeroSecondCode);
  moment_bytes_ = 2 * (floats_ * kFloatBytes + codes_ + scales_ * kFloatBytes);
}

void Optimizer::make_masters(Parallel& parallel) {
  if (!needs_masters() || !masters_.empty()) return;
  DeviceBuffer masters(trained_.device, trained_.count * kFloatBytes);
  masters_ = std::move(masters);
  master_bytes_ = masters_.bytes();
  numbers_changed(parallel);
}

void Optimizer::numbers_changed(Parallel& parallel) {
  if (masters_.empty()) return;
  const auto* numbers = static_cast<const std::byte*>(trained_.data);
  for_runs(trained_.count, parallel, [&](int64_t first, int64_t count) {
    const auto size = static_cast<size_t>(count);
    std::vector<uint16_t> stored(size), rounded(size);
    std::vector<float> masters(size);
    trained_.device->copy(stored.data(), numbers + first * 2, count * 2);
    masters_.read(first * kFloatBytes, count * kFloatBytes, masters.data());
    from_floats(masters.data(), count, trained_.type, rounded.data());
    if (rounded == stored) return;
    for (size_t i = 0; i < size; ++i)
      if (rounded[i] != stored[i]) to_floats(&stored[i], trained_.type, 1, &masters[i]);
    masters_.write(first * kFloatBytes, count * kFloatBytes, masters.data());
  });
}

float* Optimizer::weights_of(const ParameterSpec& spec) {
  return (needs_masters() ? masters_.floats() : static_cast<float*>(trained_.data)) + spec.offset;
}

void* Optimizer::rounded_of(const ParameterSpec& spec) {
  if (!needs_masters()) return nullptr;
  return static_cast<std::byte*>(trained_.data) + spec.offset * float_bytes(trained_.type);
}

void Optimizer::step(AdamWStep options, const float* gradients, Parallel& parallel) {
  make_masters(parallel);
  make_moments();
  options.step = ++steps_;
  options.rounded_type = trained_.type;
  if (!trained_.device->is_host()) {
    float* weights = needs_masters() ? masters_.floats() : static_cast<float*>(trained_.data);
    trained_.device->adamw(options, weights, gradients, first_.floats.floats(),
                           second_.floats.floats(), trained_.count);
    if (needs_masters())
      trained_.device->round(weights, trained_.count, trained_.type, trained_.data);
    return;
  }
  std::vector<AdamWTensor> plain;
  std::vector<AdamW8Tensor> quantised;
  for (const Place& place : places_) {
    const ParameterSpec& spec = *place.spec;
    float* weights = weights_of(spec);
    const float* gradient = gradients + spec.offset;
    if (place.quantised) {
      const auto codes = [&](Moment& of) {
        return reinterpret_cast<uint8_t*>(of.codes.data()) + place.at;
      };
      quantised.push_back({weights, gradient, codes(first_), codes(second_),
                           first_.scales.floats() + place.scale,
                           second_.scales.floats() + place.scale, spec.count, rounded_of(spec)});
    } else {
      plain.push_back({weights, gradient, first_.floats.floats() + place.at,
                       second_.floats.floats() + place.at, spec.count, rounded_of(spec)});
    }
  }
  adamw(options, plain, parallel);
  adamw8(options, quantised, parallel);
}

void Optimizer::reset() {
  first_ = {};
  second_ = {};
  moment_bytes_ = 0;
  steps_ = 0;
}

std::vector<Optimizer::StateTensor> Optimizer::state(Parallel& parallel) {
  make_masters(parallel);
  make_moments();
  std::vector<StateTensor> all;
  const auto add_moment = [&](const char* kind, Moment& moment) {
    for (const Place& place : places_) {
      const ParameterSpec& spec = *place.spec;
      const std::string name = std::string(kind) + "_moment." + spec.name;
      if (!place.quantised) {
        all.push_back({name, false, spec.shape, moment.floats.data() + place.at * kFloatBytes,
                       spec.count * kFloatBytes});
        continue;
      }
      const int64_t blocks = moment_blocks(spec.count);
      all.push_back({name, true, spec.shape, moment.codes.data() + place.at, spec.count});
      all.push_back({std::string(kind) + "_scale." + spec.name,
                     false,
                     {blocks},
                     moment.scales.data() + place.scale * kFloatBytes,
                     blocks * kFloatBytes});
    }
  };
  add_moment("first", first_);
  add_moment("second", second_);
  if (needs_masters())
    for (const ParameterSpec& spec : *trained_.specs)
      all.push_back({"master." + spec.name, false, spec.shape,
                     masters_.data() + spec.offset * kFloatBytes, spec.count * kFloatBytes});
  return all;
}

}  // namespace querl
