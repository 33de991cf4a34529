#include "lm/copy_weights.h"

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "lm/merge_adapter.h"

namespace querl {
namespace {

// Numbers that are copied at a time.
constexpr int64_t kRun = int64_t{1} << 20;

// Calls move(from, to, count) for runs of the tensors that both have.
template <class Move>
void for_shared(const std::vector<ParameterSpec>& from, const std::vector<ParameterSpec>& to,
                const Move& move) {
  for (const ParameterSpec& source : from)
    for (const ParameterSpec& target : to)
      if (source.name == target.name && source.count == target.count)
        for (int64_t done = 0; done < source.count; done += kRun)
          move(source.offset + done, target.offset + done, std::min(kRun, source.count - done));
}

// Whether the matrices of one mean in the other what they mean in their own.
bool are_alike(const Adapter& a, const Adapter& b) {
  const auto is_matrix = [](const ParameterSpec& spec) {
    return spec.name.find(".lora_") != std::string::npos;
  };
  const auto matrices = [&](const Adapter& adapter) {
    std::vector<std::pair<std::string, std::vector<int64_t>>> all;
    for (const ParameterSpec& spec : adapter.specs())
      if (is_matrix(spec)) all.emplace_back(spec.name, spec.shape);
    return all;
  };
  return a.scale() == b.scale() && matrices(a) == matrices(b);
}

}  // namespace

void copy_weights(Model& from, Model& to) {
  {
    const std::shared_lock reading(from.parameters().mutex());
    const std::unique_lock writing(to.parameters().mutex());
    std::vector<float> run(static_cast<size_t>(kRun));
    for_shared(from.parameters().layout().specs(), to.parameters().layout().specs(),
               [&](int64_t source, int64_t target, int64_t count) {
                 from.parameters().read(source, count, run.data());
                 to.parameters().write(target, count, run.data());
               });
    const bool copies = from.adapter() != nullptr && to.adapter() != nullptr &&
                        are_alike(*from.adapter(), *to.adapter());
    if (from.adapter() != nullptr && !copies)
      merge_adapter(*from.adapter(), to.parameters(), to.threads());
    if (to.adapter() != nullptr) to.adapter()->take_value_head(to.parameters());
    if (copies)
      for_shared(from.adapter()->specs(), to.adapter()->specs(),
                 [&](int64_t source, int64_t target, int64_t count) {
                   from.adapter()->read(source, count, run.data());
                   to.adapter()->write(target, count, run.data());
                 });
    to.parameters().set_version(from.parameters().version());
  }
  to.weights_changed();
}

}  // namespace querl
