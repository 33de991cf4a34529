// AdamW with moments of one byte in float64, slowly and from the paper's text: the maps are lists
// of numbers, and the code of a number is found by looking at every entry.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/adamw.h"

namespace querl {

// Rising entries: decades of linearly spaced numbers, twice as many in each as in the one below.
inline std::vector<double> paper_map(bool is_signed) {
  std::vector<double> map{0, 1};
  for (int decade = 0; decade < 7; ++decade) {
    const int cells = int(std::pow(2, is_signed ? decade : decade + 1));
    const double low = std::pow(10., decade - 7), high = std::pow(10., decade - 6);
    for (int cell = 0; cell < cells; ++cell) {
      const double left = low + (high - low) * cell / cells;
      const double middle = left + (high - low) / cells / 2;
      map.push_back(middle);
      if (is_signed) map.push_back(-middle);
    }
  }
  std::sort(map.begin(), map.end());
  return map;
}

inline size_t nearest_code(const std::vector<double>& map, double y) {
  size_t best = 0;
  for (size_t code = 1; code < map.size(); ++code)
    if (std::abs(map[code] - y) < std::abs(map[best] - y)) best = code;
  return best;
}

class AdamW8Twin {
 public:
  struct Block {
    std::vector<double> weights, first, second;
    double first_scale = 0, second_scale = 0;

    bool first_fits(size_t i, uint8_t code) const {
      return fits(paper_map(true), code, first_scale > 0 ? first[i] / first_scale : 0);
    }
    bool second_fits(size_t i, uint8_t code) const {
      const double y = second_scale > 0 ? second[i] / second_scale : 0;
      const std::vector<double> map = paper_map(false);
      if (y > 0 && nearest_code(map, y) == 0) return code == 1;
      return fits(map, code, y);
    }

   private:
    // The fp32 moments are off by some 1e-7 of the largest, which decides near a middle.
    static bool fits(const std::vector<double>& map, uint8_t code, double y) {
      return std::abs(map[code] - y) <= std::abs(map[nearest_code(map, y)] - y) + 1e-6;
    }
  };

  explicit AdamW8Twin(const std::vector<float>& weights)
      : weights_(weights.begin(), weights.end()), first_(weights.size()), second_(weights.size()) {}

  // What elements [from, to), a block, come to.
  Block step(const AdamWStep& s, const std::vector<float>& gradients, size_t from,
             size_t to) const {
    const auto t = double(s.step);
    const double beta1 = double(s.beta1), beta2 = double(s.beta2), lr = double(s.lr);
    Block block;
    for (size_t i = from; i < to; ++i) {
      const double g = double(gradients[i]) * double(s.gradient_scale);
      const double m = beta1 * first_[i] + (1 - beta1) * g;
      const double v = beta2 * second_[i] + (1 - beta2) * g * g;
      const double m_hat = m / (1 - std::pow(beta1, t)), v_hat = v / (1 - std::pow(beta2, t));
      block.weights.push_back(weights_[i] * (1 - lr * double(s.weight_decay)) -
                              lr * m_hat / (std::sqrt(v_hat) + double(s.epsilon)));
      block.first.push_back(m);
      block.second.push_back(v);
      block.first_scale = std::max(block.first_scale, std::abs(m));
      block.second_scale = std::max(block.second_scale, v);
    }
    return block;
  }

  // Goes on from a state, of one block.
  void take(const std::vector<float>& weights, const std::vector<uint8_t>& first_codes,
            const std::vector<uint8_t>& second_codes, const std::vector<float>& first_scales,
            const std::vector<float>& second_scales) {
    const std::vector<double> first = paper_map(true), second = paper_map(false);
    for (size_t i = 0; i < weights.size(); ++i) {
      weights_[i] = double(weights[i]);
      first_[i] = first[first_codes[i]] * double(first_scales[i / 256]);
      second_[i] = second[second_codes[i]] * double(second_scales[i / 256]);
    }
  }

 private:
  std::vector<double> weights_, first_, second_;
};

}  // namespace querl
