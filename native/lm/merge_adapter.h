// Folds an adapter into the weights beneath it.
#pragma once

#include "kernels/parallel.h"
#include "lm/adapter.h"
#include "lm/parameters.h"

namespace querl {

// W += scale B A for every target, summed in fp32 and rounded once to how the weights are stored;
// the adapter's value head, where it has one, replaces the weights'. The caller holds
// weights.mutex() alone. Any number of threads gives the same bits.
void merge_adapter(const Adapter& adapter, Parameters& weights, Parallel& parallel);

}  // namespace querl
