// The seed and the state of generators of random numbers, as operators: called in the order of the
// operators that draw. None stands for the default generators of the process.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/core/Generator.h>
#include <torch/library.h>

#include <mutex>
#include <optional>

namespace querl {
namespace {

at::Generator given_or_default(const std::optional<at::Generator>& generator) {
  return generator ? *generator : at::detail::getDefaultCPUGenerator();
}

void set_seed(const std::optional<at::Generator>& generator, int64_t seed) {
  // Seeds are unsigned; a schema has only signed integers.
  const auto bits = static_cast<uint64_t>(seed);
  if (!generator) return at::manual_seed(bits);  // of all devices
  at::Generator found = *generator;
  const std::lock_guard lock(found.mutex());
  found.set_current_seed(bits);
}

int64_t seed_of(const std::optional<at::Generator>& generator) {
  at::Generator found = given_or_default(generator);
  const std::lock_guard lock(found.mutex());
  return static_cast<int64_t>(found.current_seed());
}

at::Tensor state_of(const std::optional<at::Generator>& generator) {
  at::Generator found = given_or_default(generator);
  const std::lock_guard lock(found.mutex());
  return found.get_state();
}

void set_state(const std::optional<at::Generator>& generator, const at::Tensor& state) {
  at::Generator found = given_or_default(generator);
  const std::lock_guard lock(found.mutex());
  found.set_state(state);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(querl, m) {
  m.def("set_seed(Generator? generator, int seed) -> ()", set_seed);
  m.def("seed_of(Generator? generator) -> int", seed_of);
  m.def("state_of(Generator? generator) -> Tensor", state_of);
  m.def("set_state(Generator? generator, Tensor state) -> ()", set_state);
}

}  // namespace querl
