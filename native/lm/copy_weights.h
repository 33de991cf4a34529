// Copies what one model has into another.
#pragma once

#include "lm/model.h"

namespace querl {

// Every parameter of the same name and size, rounded to how `to` stores it, and the policy version.
// An adapter is copied into one of the same shape, and merged into the weights of a model whose
// adapter differs or that has none, so that both compute the same.
void copy_weights(Model& from, Model& to);

}  // namespace querl
