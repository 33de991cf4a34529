// Asks the policy of a quickstart run about a world that it was not trained on: the packages, composed.
//
//   npx jiti examples/ask.ts runs/quickstart-…

import { randomStream } from '@querl/base'
import { LanguageModel, Sampler } from '@querl/lm'
import { PassageRetriever } from '@querl/retrieval'
import { rollout, search, searchR1 } from '@querl/rollout'
import { createWorld, exactMatch, worldFormat } from '@querl/tasks'
import { latestCheckpoint } from '@querl/train'

const world = createWorld({ seed: 7 })
const examples = world.questions({ split: 'test', stream: randomStream(7), count: 4 })
using retriever = await PassageRetriever.build(world.passages, { k1: 0.9, b: 0.4 })
const checkpoint = await latestCheckpoint(`${process.argv[2]}/checkpoints/grpo`)
using model = await LanguageModel.load(checkpoint!.model)
using sampler = new Sampler(model)
const protocol = searchR1({ ...worldFormat, maxSearches: 3, onInvalid: 'end' })
const tools = [search(retriever, { topK: 2 })]

for await (const { example, searches, answer = '' } of rollout({
  ...{ sampler, tokenizer: model.tokenizer, protocol, tools, examples },
  ...{ seed: 0, temperature: 0, maxPolicyTokens: 60, maxTokens: 200 },
})) {
  const queries = searches.map(({ query }) => query).join(', ')
  console.log(
    `${example.question} → ${queries} → ${answer} ${exactMatch(answer, example.answers) ? '✓' : '✗'}`,
  )
}
