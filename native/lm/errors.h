// The errors that every native folder throws.
#pragma once

#include "base/errors.h"
