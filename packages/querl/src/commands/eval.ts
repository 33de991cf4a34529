import { QuerlError } from '@querl/base'
import { type Evaluation, randomPassages } from '@querl/evaluate'
import { PassageRetriever } from '@querl/retrieval'
import type { Example } from '@querl/tasks'
import { countOption } from '../arguments.js'
import type { Command, CommandContext } from '../command.js'
import { type OpenedRun, openRun, warnOnStderr } from '../opened-run.js'
import type { Table } from '../play.js'
import { measure } from '../stages/measure.js'
import type { Task } from '../task.js'
import { duration } from '../terminal/numbers.js'

/** `querl eval`. */
export const evaluateRun: Command = {
  name: 'eval',
  summary: 'Measure exact match of a run’s policy',
  usage: '<run|latest>',
  positionals: [0, 1],
  options: {
    split: { type: 'string', value: '<test|dev>', description: 'Which questions; default: test' },
    count: { type: 'string', value: '<n>', description: 'How many; default: as in the recipe' },
    policy: {
      type: 'string',
      value: '<name>',
      description: 'warmStart, grpo, ppo…; default: the one that the run is about',
    },
    'random-passages': { type: 'boolean', description: 'Searches return anything' },
    redraw: { type: 'boolean', description: 'The same entities with other facts (worlds only)' },
    temperature: { type: 'string', value: '<t>', description: 'Sample instead of greedy answers' },
    runs: {
      type: 'string',
      value: '<folder>',
      description: 'Where run folders are; default: runs',
    },
  },
  examples: [
    ['querl eval latest', 'the latest run on its test split'],
    ['querl eval latest --random-passages --count 200', 'what is left when searches lie'],
    [
      'querl eval latest --policy warmStart --split dev --json',
      'where it came from, for a program',
    ],
  ],
  async run(context) {
    const { values, positionals, print, style } = context
    const split = values['split'] ?? 'test'
    if (split !== 'test' && split !== 'dev')
      throw new QuerlError(
        'ERR_QUERL_ARGUMENT',
        `Expected --split to be test or dev, but got ${JSON.stringify(split)}.`,
      )
    const count = countOption('count', values['count'])
    const temperature = temperatureOf(values['temperature'])
    using run = await openRun(positionals[0] ?? 'latest', {
      runs: typeof values['runs'] === 'string' ? values['runs'] : 'runs',
      policy: values['policy'] as string | undefined,
      emit: warnOnStderr(style),
    })
    using table = await tableOf(run, context)
    const result = await measure(table, run.model, {
      split,
      temperature,
      search: run.search,
      ...(count !== undefined && { count }),
    })
    if (values['json'] === true) {
      const { trajectories: _, scores: __, ...figures } = result
      print(
        JSON.stringify({ run: run.path, policy: run.policy, step: run.step, split, ...figures }),
      )
      return 0
    }
    print(`${style.bold(run.policy)} after step ${run.step}, ${result.n} ${split} questions`)
    print(lines(result).join('\n'))
    return 0
  },
}

function temperatureOf(value: string | boolean | undefined): number {
  const temperature = Number(value ?? 0)
  if (temperature >= 0) return temperature
  throw new QuerlError(
    'ERR_QUERL_ARGUMENT',
    `Expected --temperature to be a number of at least 0, but got ${JSON.stringify(value)}.`,
  )
}

interface EvaluationTable extends Table, Disposable {
  readonly task: Task
}

/** The run's own passages, or what the options put in their place. */
async function tableOf(
  { recipe, setUp }: OpenedRun,
  { values }: CommandContext,
): Promise<EvaluationTable> {
  const { k1, b } = recipe.retrieval
  const { signal } = new AbortController()
  const redraw = values['redraw'] === true
  if (redraw && !setUp.task.redrawn)
    throw new QuerlError(
      'ERR_QUERL_ARGUMENT',
      '--redraw needs a generated world: files have only the facts that they have.',
    )
  const task = redraw ? { ...setUp.task, ...setUp.task.redrawn!() } : setUp.task
  const table = { recipe, task, signal, [Symbol.dispose]() {} }
  if (values['random-passages'] === true && task.passages.length === 0)
    throw new QuerlError(
      'ERR_QUERL_ARGUMENT',
      '--random-passages needs passages here: this run searches a server, which has them.',
    )
  if (values['random-passages'] === true)
    return { ...table, retriever: randomPassages(task.passages, recipe.seed) }
  if (!redraw) return { ...table, retriever: setUp.retriever }
  const rebuilt = await PassageRetriever.build(task.passages, { k1, b })
  return { ...table, retriever: rebuilt, [Symbol.dispose]: () => rebuilt.dispose() }
}

function lines({
  em,
  low,
  high,
  oneHop,
  twoHop,
  searches,
  answered,
  seconds,
}: Evaluation<Example>) {
  const figure = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(3))
  return [
    `  exact match  ${figure(em)}  (95 % ${figure(low)} to ${figure(high)})`,
    ...(twoHop === undefined
      ? []
      : [`  one hop      ${figure(oneHop)}`, `  two hops     ${figure(twoHop)}`]),
    `  searches     ${Object.entries(searches)
      .map(([kind, value]) => `${kind} ${value.toFixed(2)}`)
      .join(', ')}`,
    `  answered     ${figure(answered)}`,
    `  in ${duration(seconds)}`,
  ]
}
