#include "lm/decoders.h"

#include <string>

#include "lm/decode_rows.h"
#include "lm/errors.h"

namespace querl {

std::vector<std::unique_ptr<Decoder>> make_decoders(Model& model, int threads) {
  if (threads < 1)
    throw Error("ERR_QUERL_ARGUMENT", "Expected threads to be a positive integer, but got " +
                                          std::to_string(threads) + ".");
  std::vector<std::unique_ptr<Decoder>> decoders;
  for (int i = 0; i < threads; ++i)
    decoders.push_back(std::make_unique<RowDecoder>(model.fused_weights()));
  return decoders;
}

}  // namespace querl
