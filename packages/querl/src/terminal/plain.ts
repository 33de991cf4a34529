import type { Listener, PipelineEvent } from '../events.js'

export interface PlainOptions {
  /** One JSON object per line instead of `key=value`. */
  readonly json: boolean
  /** Clock, for tests. Milliseconds. */
  readonly now?: () => number
}

// The warm start has tens of steps a second; a log that a person reads needs one line of them.
const warmStartEveryMs = 1000

/**
 * One line per event, for pipes and logs: no cursor moves, and every line parses.
 *
 * `step=3/50 phase=grpo reward=0.4120 …`
 */
export function plainListener(
  write: (line: string) => void,
  { json, now = Date.now }: PlainOptions,
): Listener {
  let lastWarmStart = Number.NEGATIVE_INFINITY
  let lastProgress = Number.NEGATIVE_INFINITY
  return (event) => {
    if (json) return write(JSON.stringify(event))
    if (event.kind === 'step' && event.phase === 'warmStart') {
      if (now() - lastWarmStart < warmStartEveryMs && event.step < event.steps) return
      lastWarmStart = now()
    }
    if (event.kind === 'progress') {
      if (now() - lastProgress < warmStartEveryMs) return
      lastProgress = now()
    }
    const fields = fieldsOf(event)
    if (fields) write(line(fields))
  }
}

type Fields = Record<string, string | number | undefined>

function fieldsOf(event: PipelineEvent): Fields | undefined {
  switch (event.kind) {
    case 'stage':
      return {
        stage: event.stage,
        state: event.state,
        seconds: event.seconds,
        detail: event.detail,
      }
    case 'progress':
      return { stage: event.stage, done: `${event.done}/${event.total}` }
    case 'step':
      return {
        step: `${event.step}/${event.steps}`,
        phase: event.phase,
        ...Object.fromEntries(
          shownMetrics.flatMap(([metric, name]) => {
            const value = event.metrics[metric]
            return value === undefined ? [] : [[name, value]]
          }),
        ),
      }
    case 'evaluation':
      return {
        step: event.step,
        phase: event.phase,
        [`em_${event.split}`]: event.em,
        one_hop: event.oneHop,
        two_hop: event.twoHop,
      }
    case 'note':
      return { [event.level]: event.text }
    case 'sample':
      return undefined
  }
}

// What one watches; metrics.jsonl has all of them.
const shownMetrics = [
  ['supervised/loss', 'loss'],
  ['supervised/gradNorm', 'grad_norm'],
  ['supervised/learningRate', 'lr'],
  ['reward/mean', 'reward'],
  ['rollout/searches', 'searches'],
  ['rollout/answered', 'answered'],
  ['rollout/cut', 'cut'],
  ['rollout/policyTokens', 'policy_tokens'],
  ['rollout/toolTokens', 'tool_tokens'],
  ['policy/entropy', 'entropy'],
  ['policy/kl', 'kl'],
  ['policy/gradNorm', 'grad_norm'],
  ['critic/explainedVariance', 'explained_variance'],
  ['rollout/tokensPerSecond', 'tok_s'],
  ['time/step', 'step_s'],
] as const

function line(fields: Fields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${shown(value!)}`)
    .join(' ')
}

function shown(value: string | number): string {
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))
  return /[\s"=]/.test(value) ? JSON.stringify(value) : value
}
