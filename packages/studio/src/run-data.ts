import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { QuerlError } from '@querl/base'

/** What a run folder holds, as far as it has come; nothing in it is taken for granted. */
export interface RunData {
  readonly name: string
  readonly recipe: string
  readonly environment: Readonly<Record<string, unknown>>
  readonly metrics: readonly MetricLine[]
  readonly definitions: Readonly<Record<string, { unit?: string; definition?: string }>>
  readonly trajectories: readonly TrajectoryRecord[]
  readonly summary: Summary | undefined
  readonly comparison: Comparison | undefined
}

/** One line of metrics.jsonl: numbers by name, beside the phase and the step that they belong to. */
export interface MetricLine {
  readonly phase: string
  readonly step: number
  readonly values: Readonly<Record<string, number>>
}

/** As in summary.json. */
export interface Summary {
  readonly em?: Readonly<Record<string, Score>>
  readonly seconds?: Readonly<Record<string, number>>
  readonly tokensPerSecond?: number
  readonly seeds?: readonly number[]
}

export interface Score {
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly n: number
  readonly oneHop?: number
  readonly twoHop?: number
  readonly searches?: number | Readonly<Record<string, number>>
}

/** As in comparison.json: our rows and the published ones, beside each other. */
export interface Comparison {
  readonly source: string
  readonly rows: readonly ComparisonRow[]
}

export interface ComparisonRow {
  /** The key in `summary.em`. */
  readonly policy: string
  readonly label: string
  /** The published row that it stands beside, and its average exact match. */
  readonly published?: { readonly label: string; readonly em: number }
}

/** One line of trajectories/*.jsonl. */
export interface TrajectoryRecord {
  /** `trajectories/<set>.jsonl`. */
  readonly set: string
  readonly step?: number
  readonly phase?: string
  readonly id: string
  readonly question: string
  readonly answers: readonly string[]
  readonly sample: number
  readonly reward?: number
  readonly answer?: string
  readonly finish?: string
  readonly error?: string
  readonly segments: readonly {
    readonly author: string
    readonly text: string
    readonly tokens?: number
  }[]
}

/**
 * Reads a run folder, also one that is still being written.
 *
 * @throws {QuerlError} ERR_QUERL_IO if the folder holds neither a recipe nor metrics
 */
export async function readRun(folder: string): Promise<RunData> {
  const [recipe, environment, metrics, definitions, summary, comparison] = await Promise.all([
    text(join(folder, 'recipe.yaml')),
    json(join(folder, 'environment.json')),
    text(join(folder, 'metrics.jsonl')),
    json(join(folder, 'definitions.json')),
    json(join(folder, 'summary.json')),
    json(join(folder, 'comparison.json')),
  ])
  if (recipe === undefined && metrics === undefined)
    throw new QuerlError('ERR_QUERL_IO', `${folder} is not a run folder: it has no recipe.yaml.`, {
      remedy: 'List the runs with querl runs.',
    })
  return {
    name: /^name: *(.+)$/m.exec(recipe ?? '')?.[1] ?? 'run',
    recipe: recipe ?? '',
    environment: (environment as RunData['environment']) ?? {},
    metrics: lines(metrics).flatMap(metricLine),
    definitions: (definitions as RunData['definitions']) ?? {},
    trajectories: await readTrajectories(join(folder, 'trajectories')),
    summary: summary as Summary | undefined,
    comparison: comparison as Comparison | undefined,
  }
}

async function readTrajectories(folder: string): Promise<TrajectoryRecord[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.jsonl'))
  const sets = names.sort().map(async (name) => {
    const set = name.slice(0, -'.jsonl'.length)
    return lines(await text(join(folder, name))).flatMap((value) => trajectory(set, value))
  })
  return (await Promise.all(sets)).flat()
}

function trajectory(set: string, value: Record<string, unknown>): TrajectoryRecord[] {
  const { question, segments } = value
  if (typeof question !== 'string' || !Array.isArray(segments)) return []
  const answers = Array.isArray(value['answers']) ? value['answers'].map(String) : []
  return [
    {
      ...(value as unknown as TrajectoryRecord),
      set,
      id: String(value['id'] ?? question),
      sample: Number(value['sample'] ?? 0),
      answers,
      segments: segments.map(({ author, text, tokens }) => ({
        author: String(author),
        text: String(text ?? ''),
        ...(typeof tokens === 'number' ? { tokens } : {}),
      })),
    },
  ]
}

function metricLine(value: Record<string, unknown>): MetricLine[] {
  const { phase, step, ...rest } = value
  if (typeof step !== 'number') return []
  const values: Record<string, number> = {}
  for (const [name, number] of Object.entries(rest))
    if (typeof number === 'number') values[name] = number
  return [{ phase: String(phase ?? 'train'), step, values }]
}

/** The whole lines of a JSONL text; a last one that is still being written is left out. */
function lines(content: string | undefined): Record<string, unknown>[] {
  return (content ?? '').split('\n').flatMap((line) => {
    const value = parsed(line)
    return typeof value === 'object' && value !== null ? [value as Record<string, unknown>] : []
  })
}

async function json(path: string): Promise<unknown> {
  const content = await text(path)
  return content === undefined ? undefined : parsed(content)
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}

async function text(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
