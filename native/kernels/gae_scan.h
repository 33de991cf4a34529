// The recursion of gae.h as a scan: what a run of tokens does to the state behind it, whatever that
// state is. Maps are composed by a tree, so that a sequence need not be walked token by token.
#pragma once

#include "kernels/gae.h"
#include "kernels/host_device.h"

namespace querl {

// state -> (of_advantage * advantage + of_value * value + constant, own_value). Without tokens that
// take part it is the identity.
struct GaeMap {
  double of_advantage = 1;
  double of_value = 0;
  double constant = 0;
  double own_value = 0;
  bool is_identity = true;
};

QUERL_HOST_DEVICE inline GaeMap map_of(float reward, float value, double gamma,
                                       double gamma_lambda) {
  const auto own = static_cast<double>(value);
  return {gamma_lambda, gamma, static_cast<double>(reward) - own, own, false};
}

// `before` is of the earlier tokens, so it is the one that comes last.
QUERL_HOST_DEVICE inline GaeMap compose(const GaeMap& before, const GaeMap& behind) {
  if (before.is_identity) return behind;
  if (behind.is_identity) return before;
  return {
      before.of_advantage * behind.of_advantage, before.of_advantage * behind.of_value,
      before.of_advantage * behind.constant + before.of_value * behind.own_value + before.constant,
      before.own_value, false};
}

QUERL_HOST_DEVICE inline GaeState apply(const GaeMap& map, const GaeState& state) {
  if (map.is_identity) return state;
  return {map.of_advantage * state.advantage + map.of_value * state.value + map.constant,
          map.own_value};
}

}  // namespace querl
