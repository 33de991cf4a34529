#include "lm/decoders.h"

#include <string>

#include "lm/decode_rows.h"
#include "lm/errors.h"

namespace querl {
namespace {

std::unique_ptr<Decoder> make_decoder(Model& model, int threads) {
  RowDecoderOptions options;
  options.threads = threads;
  options.adapter = model.adapter();
  if (model.parameters().type() == FloatType::kFloat32)
    return std::make_unique<RowDecoder>(model.fused_weights(), options);
  return std::make_unique<RowDecoder>(model.parameters(), options);
}

}  // namespace

std::vector<std::unique_ptr<Decoder>> make_decoders(Model& model, int threads) {
  if (threads < 1)
    throw Error("ERR_QUERL_ARGUMENT", "Expected threads to be a positive integer, but got " +
                                          std::to_string(threads) + ".");
  std::vector<std::unique_ptr<Decoder>> decoders;
  Device& device = model.parameters().device();
  if (!device.is_host()) {
    decoders.push_back(device.make_decoder(model.parameters(), model.adapter()));
  } else if (!RowDecoder::is_small(model.parameters())) {
    decoders.push_back(make_decoder(model, threads));
  } else {
    for (int i = 0; i < threads; ++i) decoders.push_back(make_decoder(model, 1));
  }
  return decoders;
}

}  // namespace querl
