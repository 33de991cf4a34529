import { QuerlError } from '@querl/base'
import { LanguageModel } from '@querl/lm'
import {
  type Checkpoint,
  latestCheckpoint,
  linearSchedule,
  type Schedule,
  type SupervisedOptions,
  saveCheckpoint,
  supervised,
} from '@querl/train'
import { modelOptions } from '../models.js'
import type { Recipe } from '../recipe.js'
import { type Run, RunInterrupted, stage } from '../run.js'
import { measure } from './measure.js'

const phase = 'warmStart'

type Batches = SupervisedOptions['batches']
const noRows: Batches = () => []

/** Where RL starts, and how long it took to get there. */
export interface WarmStart {
  /** A folder for `LanguageModel.load`. */
  readonly model: string
  readonly step: number
  readonly seconds: number
  /** Exact match on the dev split, where there was a warm start. */
  readonly em?: number
}

/**
 * Supervised steps, and the gate behind them: while the dev split is answered too rarely, a round
 * of further steps follows.
 *
 * Goes on from the newest checkpoint of the phase, if there is one.
 *
 * @param fresh what to start from where there is none; it is trained
 * @throws {QuerlError} ERR_QUERL_MODEL if the last round does not pass the gate; RunInterrupted
 *   after saving, when an orderly end is asked for
 */
export async function warmStart(run: Run, fresh: LanguageModel): Promise<WarmStart> {
  return stage(run.emit, phase, async () => {
    const start = await reachGate(run, fresh)
    const passed = start.em === undefined ? '' : `, dev EM ${start.em.toFixed(3)}`
    return [start, `${start.step} steps${passed}`]
  })
}

async function reachGate(run: Run, fresh: LanguageModel): Promise<WarmStart> {
  const { recipe, folder, task } = run
  const checkpoints = folder.checkpoints(phase)
  const saved = await latestCheckpoint(checkpoints, { warn: warnings(run) })
  if (saved?.state['done'] === true) return finished(saved)
  await folder.rewind(phase, saved?.state.step ?? 0)

  using loaded = saved && (await LanguageModel.load(saved.model, modelOptions(recipe)))
  const model = loaded ?? fresh
  if (saved) await model.loadOptimizer(saved.optimizer)
  const before = Number(saved?.state['seconds'] ?? 0)
  const began = performance.now()
  const save = async (step: number, more: Record<string, unknown>) => {
    const seconds = before + (performance.now() - began) / 1000
    await saveCheckpoint(checkpoints, { model, state: { step, seconds, ...more }, keepLast: 1 })
    return seconds
  }

  const { readingSteps, demonstrationSteps, gate } = recipe.warmStart
  const planned = task.warmStart ? readingSteps + demonstrationSteps : 0
  const batches = planned > 0 ? await task.warmStart!(run.retriever, run.signal) : noRows
  let step = saved?.state.step ?? 0
  const train = async (until: number) => {
    step = await trainUntil(run, model, batches, step, until)
    if (!run.interrupt.requested) return
    await save(step, { done: false })
    throw new RunInterrupted(phase, step)
  }
  await train(Math.max(step, planned))
  const em = planned > 0 ? await passGate() : undefined
  const seconds = await save(step, { done: true, ...(em !== undefined && { em }) })
  const done = await latestCheckpoint(checkpoints)
  return { model: done!.model, step, seconds, ...(em !== undefined && { em }) }

  async function passGate(): Promise<number> {
    for (;;) {
      const { em, oneHop, twoHop } = await measure(run, model, { split: 'dev' })
      run.emit({ kind: 'evaluation', phase, split: 'dev', step, em, oneHop, twoHop })
      await folder.appendMetrics(phase, step, { 'dev/em': em })
      if (em >= gate.minEm) return em
      const rounds = Math.round((step - planned) / gate.extraSteps)
      if (rounds >= gate.rounds) throw belowGate(em, rounds, recipe)
      run.emit({
        kind: 'note',
        level: 'info',
        text: `dev EM ${em.toFixed(3)} is below the gate of ${gate.minEm}: ${gate.extraSteps} more steps`,
      })
      await train(step + gate.extraSteps)
    }
  }
}

async function trainUntil(
  run: Run,
  model: LanguageModel,
  batches: Batches,
  startStep: number,
  steps: number,
): Promise<number> {
  const { recipe, folder, emit, interrupt, signal } = run
  if (startStep >= steps) return startStep
  const { beta2, maxGradNorm } = recipe.warmStart
  const optimizer = { lr: learningRate(recipe.warmStart), beta2, maxGradNorm }
  let step = startStep
  for await (const done of supervised({ model, batches, steps, startStep, optimizer, signal })) {
    step = done.step
    await folder.appendMetrics(phase, step, done.metrics)
    emit({ kind: 'step', phase, step, steps, metrics: done.metrics })
    if (interrupt.requested) break
  }
  return step
}

/** The planned course, then a constant rate for the rounds behind the gate. */
function learningRate(warmStart: Recipe['warmStart']): Schedule {
  const { readingSteps, demonstrationSteps, lr, warmupSteps, finalLr, gate } = warmStart
  const totalSteps = readingSteps + demonstrationSteps
  const planned = linearSchedule({
    peak: lr,
    totalSteps,
    warmupSteps: Math.min(warmupSteps, totalSteps),
    finalFraction: finalLr,
  })
  return (step) => (step < totalSteps ? planned(step) : gate.extraLr)
}

function finished({ model, state }: Checkpoint): WarmStart {
  const em = state['em']
  return {
    model,
    step: state.step,
    seconds: Number(state['seconds'] ?? 0),
    ...(typeof em === 'number' && { em }),
  }
}

function belowGate(em: number, rounds: number, { warmStart: { gate } }: Recipe): QuerlError {
  return new QuerlError(
    'ERR_QUERL_MODEL',
    `The warm start answers ${em.toFixed(3)} of the dev split after ${rounds} extra rounds; RL needs ${gate.minEm} to have anything to learn from.`,
    {
      remedy:
        'Raise warmStart.demonstrationSteps, or lower warmStart.gate.minEm to try all the same.',
    },
  )
}

/** Sends a checkpoint reader's warnings to the user. */
export function warnings({ emit }: Pick<Run, 'emit'>): (text: string) => void {
  return (text) => emit({ kind: 'note', level: 'warning', text })
}
