import { createInterface } from 'node:readline'
import { randomStream } from '@querl/base'
import { Sampler } from '@querl/lm'
import type { Trajectory } from '@querl/rollout'
import type { Command, CommandContext } from '../command.js'
import { type OpenedRun, openRun, warnOnStderr } from '../opened-run.js'
import { playQuestions } from '../play.js'
import { Painter } from '../terminal/painter.js'
import { TextStream, watchedSampler } from '../watched-sampler.js'

/** `querl chat`. */
export const chat: Command = {
  name: 'chat',
  summary: 'Ask a run’s policy, and watch it think, search, read and answer',
  usage: '[--run <run>] [question…]',
  positionals: [0, 1000],
  options: {
    run: { type: 'string', value: '<run>', description: 'Which run; default: latest' },
    policy: {
      type: 'string',
      value: '<name>',
      description: 'warmStart, grpo, ppo…; default: the one that the run is about',
    },
    runs: {
      type: 'string',
      value: '<folder>',
      description: 'Where run folders are; default: runs',
    },
  },
  examples: [
    ['querl chat --run latest', 'type questions, one per line; an empty line or Ctrl-D ends'],
    ['querl chat --run latest --policy warmStart', 'the same model before RL'],
    ['echo "What is the mayor of Banbor?" | querl chat --run latest --json', 'for a program'],
  ],
  async run(context) {
    const { values, positionals, print, style } = context
    using run = await openRun(typeof values['run'] === 'string' ? values['run'] : 'latest', {
      runs: typeof values['runs'] === 'string' ? values['runs'] : 'runs',
      policy: values['policy'] as string | undefined,
      emit: warnOnStderr(style),
    })
    using sampler = new Sampler(run.model, { threads: run.recipe.threads })
    if (positionals.length > 0) {
      await ask(run, sampler, positionals.join(' '), context)
      return 0
    }
    const talking = process.stdin.isTTY === true && values['json'] !== true
    if (talking) greet(run, context)
    const lines = createInterface({
      input: process.stdin,
      ...(talking && { output: process.stdout, prompt: style.bold('? ') }),
    })
    if (talking) lines.prompt()
    for await (const line of lines) {
      const question = line.trim()
      if (question === '' && talking) break
      if (question !== '') {
        if (!talking && values['json'] !== true) print(`${style.bold('?')} ${question}`)
        await ask(run, sampler, question, context)
      }
      if (talking) lines.prompt()
    }
    return 0
  },
}

function greet({ policy, step, setUp, recipe }: OpenedRun, { print, style }: CommandContext): void {
  const searched = recipe.retrieval.url ?? `${setUp.task.passages.length} passages`
  print(
    `${style.bold(recipe.name)} ${style.dot} ${policy} after step ${step} ${style.dot} ${searched}`,
  )
  print(style.dim('An empty line ends. It knows only its own world; for example:'))
  for (const { question } of setUp.task.questions('test', 4)) print(style.dim(`  ${question}`))
}

/** Plays one question and shows it while it goes on. */
async function ask(
  { recipe, setUp: { task, retriever }, search }: OpenedRun,
  sampler: Sampler,
  question: string,
  { print, style, values }: CommandContext,
): Promise<void> {
  const stop = new AbortController()
  const json = values['json'] === true
  const painter = new Painter(style, (text) => process.stdout.write(text))
  const decode = (ids: Int32Array) => task.tokenizer.decode(ids)
  let stream = new TextStream(decode)
  const watched = watchedSampler(sampler, {
    onPolicy: (ids) => painter.policy(stream.push(ids)),
    onTool: (ids) => {
      stream = new TextStream(decode)
      painter.tool(decode(ids))
    },
  })
  const asked = playQuestions(
    { recipe, task, retriever, signal: stop.signal },
    {
      sampler: json ? sampler : watched,
      examples: [{ id: question, question, answers: [] }],
      groupSize: 1,
      temperature: 0,
      seed: randomStream(recipe.seed, 'chat').seed(),
      search,
    },
  )
  for await (const trajectory of asked) {
    painter.flush()
    if (json) print(JSON.stringify(record(question, trajectory, decode)))
    else if (trajectory.error) print(style.red(`  ${trajectory.error.message}`))
    else if (trajectory.answer === undefined)
      print(style.yellow(`  no answer: ${trajectory.finish}`))
  }
}

function record(question: string, trajectory: Trajectory, decode: (ids: Int32Array) => string) {
  const { answer, finish, searches, segments, error } = trajectory
  return {
    question,
    answer: answer ?? null,
    finish,
    ...(error && { error: error.message }),
    searches,
    segments: segments.map(({ author, ids }) => ({ author, text: decode(ids) })),
  }
}
