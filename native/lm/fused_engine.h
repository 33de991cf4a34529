// Training on the CPU without LibTorch: forward and backward passes over the kernels of
// native/kernels.
//
// The work is cut into blocks of whole sequences, small enough that a block's activations stay in
// the second-level cache while one thread runs its forward and its backward pass. The last layer,
// the final norm and the head run only on the rows that predict a token whose weight is not 0, and
// what follows a sequence's last such token is not computed at all.
//
// The same batch gives the same bits on any number of threads: blocks are assigned to gradient
// buckets by the batch alone, and buckets are added in order.
//
// Memory, kept between calls: up to 7 further buckets of gradients (1 where the weights exceed 2^25
// floats; bucket_count() in fused_engine.cc), the weights packed once more for the backward pass,
// and for each thread the activations of its largest block: about layers * tokens * (4 D + 2 qkv +
// 3 F) floats, or, where that exceeds 2^26 floats, layers * tokens * D and the activations of one
// layer, which are then computed twice; and max(2^17, 24 V) floats of logits. A block has at most
// 128 tokens, or one sequence.
#pragma once

#include <memory>

#include "lm/fused_weights.h"
#include "lm/training_engine.h"

namespace querl {

// Keeps references to both, which must outlive it; `weights` must have been packed again (repack())
// after the parameters change. Uses up to 8 threads, the caller's among them.
//
// Its calls throw ERR_QUERL_ARGUMENT if offsets do not rise from 0 or a token is outside the
// vocabulary, and ERR_QUERL_WINDOW if a sequence is longer than the window.
std::unique_ptr<TrainingEngine> fused_engine(const Parameters& parameters,
                                             const FusedWeights& weights, int threads);

}  // namespace querl
