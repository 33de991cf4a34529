#include "lm/row_answer.h"

#include <algorithm>
#include <utility>

namespace querl {

RowResult answer(const RowRequest& request, float* logits, int64_t vocab_size,
                 SampleScratch& scratch, Isa isa) {
  if (request.logits != nullptr) std::copy_n(logits, vocab_size, request.logits);
  TopTokens top{request.top_logprobs, {}};
  RowResult result;
  result.sample =
      request.target >= 0
          ? score_row(logits, vocab_size, request.sampling, request.target, scratch, isa, &top)
          : sample_row(logits, vocab_size, request.sampling, request.uniform, scratch, isa, &top);
  result.top = std::move(top.found);
  return result;
}

}  // namespace querl
