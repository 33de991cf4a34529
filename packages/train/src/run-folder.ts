import { appendFile, mkdir, open, readFile, stat, truncate } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { QuerlError, readJson, writeFileAtomic, writeJsonAtomic } from '@querl/base'
import { describeEnvironment } from './environment.js'
import { METRICS, type Metrics } from './metrics.js'
import type { TrajectoryRecord } from './trajectory-record.js'

/** One line of metrics.jsonl: the phase, the step within it, and the metrics by name. */
export interface MetricsLine {
  /** `warmStart`, or the policy that is trained: `grpo`, `ppo`… */
  readonly phase: string
  readonly step: number
  readonly [metric: string]: number | string
}

/** Held-out exact match of one policy. */
export interface EmSummary {
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly n: number
  readonly oneHop?: number
  readonly twoHop?: number
  /** Mean searches of a trajectory, by the kind of question. */
  readonly searches?: Readonly<Record<string, number>>
}

/** summary.json; what was not run is absent. */
export interface RunSummary {
  readonly em: Readonly<Record<string, EmSummary>>
  readonly seconds: {
    readonly setup?: number
    readonly warmStart?: number
    readonly rl?: number
    readonly evaluate?: number
    readonly total: number
  }
  readonly tokensPerSecond: number
  readonly seeds: readonly number[]
}

/**
 * The folder of one run. Every file in it can be read without us:
 *
 *     recipe.yaml           resolved, can be run again
 *     environment.json      versions, machine, command line; no secrets
 *     definitions.json      what each metric means, and its unit
 *     metrics.jsonl         one line per step
 *     trajectories/*.jsonl  one line per trajectory, 00010.jsonl being those of step 10
 *     checkpoints/<phase>/  see saveCheckpoint
 *     summary.json          the figures, when the run is done
 */
export class RunFolder {
  readonly path: string

  private constructor(path: string) {
    this.path = resolve(path)
  }

  /**
   * Makes a new folder.
   *
   * @param recipe the resolved recipe, as YAML
   * @throws {QuerlError} ERR_QUERL_IO if the folder holds a run already, or cannot be made
   */
  static async create(
    path: string,
    { recipe, environment = {} }: { recipe: string; environment?: Record<string, unknown> },
  ): Promise<RunFolder> {
    const folder = new RunFolder(path)
    if (await exists(join(folder.path, 'recipe.yaml')))
      throw new QuerlError('ERR_QUERL_IO', `${folder.path} holds a run already.`, {
        remedy: 'Resume it, or choose another folder.',
      })
    await mkdir(join(folder.path, 'trajectories'), { recursive: true })
    await mkdir(join(folder.path, 'checkpoints'), { recursive: true })
    await writeJsonAtomic(join(folder.path, 'environment.json'), {
      ...describeEnvironment(),
      ...environment,
    })
    await writeJsonAtomic(join(folder.path, 'definitions.json'), METRICS)
    // Last: a folder with a recipe is a run.
    await writeFileAtomic(join(folder.path, 'recipe.yaml'), recipe)
    return folder
  }

  /**
   * Opens a folder that a run made, also one that was killed: a torn last line of metrics.jsonl is
   * cut off.
   *
   * @throws {QuerlError} ERR_QUERL_IO if it is not a run folder
   */
  static async open(path: string): Promise<RunFolder> {
    const folder = new RunFolder(path)
    if (!(await exists(join(folder.path, 'recipe.yaml'))))
      throw new QuerlError('ERR_QUERL_IO', `${folder.path} is not a run folder: no recipe.yaml.`)
    await cutTornLine(folder.#metricsPath)
    return folder
  }

  get recipePath(): string {
    return join(this.path, 'recipe.yaml')
  }

  /** Where the checkpoints of a phase lie. */
  checkpoints(phase: string): string {
    return join(this.path, 'checkpoints', phase)
  }

  async appendMetrics(phase: string, step: number, metrics: Metrics): Promise<void> {
    await appendFile(this.#metricsPath, `${JSON.stringify({ phase, step, ...metrics })}\n`)
  }

  async readMetrics(): Promise<MetricsLine[]> {
    const text = await readFile(this.#metricsPath, 'utf8').catch(emptyIfAbsent)
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    return whole
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as MetricsLine)
  }

  /** Removes the metrics of a phase after `step`, which a resumed run will write again. */
  async rewind(phase: string, step: number): Promise<void> {
    const kept = (await this.readMetrics()).filter(
      (line) => line.phase !== phase || line.step <= step,
    )
    const text = kept.map((line) => `${JSON.stringify(line)}\n`).join('')
    await writeFileAtomic(this.#metricsPath, text)
  }

  /**
   * Writes one set of trajectories, replacing what the set held.
   *
   * @param set a step, or a name such as `grpo-test`
   */
  async writeTrajectories(
    set: number | string,
    records: readonly TrajectoryRecord[],
  ): Promise<void> {
    const name = typeof set === 'number' ? String(set).padStart(5, '0') : set
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join('')
    await writeFileAtomic(join(this.path, 'trajectories', `${name}.jsonl`), text)
  }

  async writeSummary(summary: RunSummary): Promise<void> {
    await writeJsonAtomic(join(this.path, 'summary.json'), summary)
  }

  /** @throws {QuerlError} ERR_QUERL_IO while the run has none */
  async readSummary(): Promise<RunSummary> {
    return readJson<RunSummary>(join(this.path, 'summary.json'))
  }

  get #metricsPath(): string {
    return join(this.path, 'metrics.jsonl')
  }
}

/** A process that dies while it appends leaves half a line; the next one must not go on behind it. */
async function cutTornLine(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined)
  if (!handle) return
  const content = await handle.readFile()
  await handle.close()
  const end = content.lastIndexOf('\n') + 1
  if (end < content.length) await truncate(path, end)
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function emptyIfAbsent(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return ''
  throw error
}
