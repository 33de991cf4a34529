import { execFile } from 'node:child_process'
import { availableParallelism, totalmem } from 'node:os'
import { promisify } from 'node:util'
import { platform, type QuerlError } from '@querl/base'
import type { Command } from '../command.js'
import { version } from '../version.js'

interface Check {
  readonly name: string
  /** `absent`: fine without, but good to know. */
  readonly state: 'ok' | 'absent' | 'failed'
  readonly detail: string
  readonly remedy?: string
}

/** `querl doctor`. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'Say what is installed, what is missing, and what to do about it',
  usage: '',
  positionals: [0, 0],
  options: {},
  examples: [
    ['querl doctor', 'what works here'],
    ['querl doctor --json', 'the details, for a bug report'],
    ['querl doctor --debug', 'with the reasons of what does not load'],
  ],
  async run({ values, print, style }) {
    const checks = [
      node(),
      memory(),
      await retrieval(),
      await torch(),
      await model(),
      ...(await Promise.all(tools.map(tool))),
    ]
    const problems = checks.filter(({ state }) => state === 'failed').length
    if (values['json'] === true) {
      const machine = {
        platform: platform(),
        cores: availableParallelism(),
        memoryBytes: totalmem(),
      }
      print(JSON.stringify({ querl: version, ...machine, problems, checks }))
      return problems > 0 ? 3 : 0
    }
    print(
      `querl ${version} ${style.dot} ${platform()} ${style.dot} ${availableParallelism()} cores ${style.dot} ${gibibytes(totalmem())}`,
    )
    print('')
    const signs = { ok: style.green(style.ok), absent: style.dot, failed: style.red(style.failed) }
    for (const { name, state, detail, remedy } of checks) {
      print(` ${signs[state]} ${name.padEnd(12)} ${detail.replaceAll('\n', `\n${' '.repeat(16)}`)}`)
      if (remedy) print(`${' '.repeat(16)}${remedy}`)
    }
    print('')
    print(
      problems > 0
        ? ` ${problems} ${problems === 1 ? 'problem' : 'problems'}. Details for an issue report: querl doctor --json`
        : ' Everything that training needs is here.',
    )
    return problems > 0 ? 3 : 0
  },
}

const run = promisify(execFile)
const leastNode = [20, 17] as const
const leastMemory = 2 * 2 ** 30

function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const ok = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])
  return {
    name: 'node',
    state: ok ? 'ok' : 'failed',
    detail: process.versions.node,
    ...(ok ? {} : { remedy: `Install Node ${leastNode.join('.')} or newer.` }),
  }
}

function memory(): Check {
  const ok = totalmem() >= leastMemory
  return {
    name: 'memory',
    state: ok ? 'ok' : 'failed',
    detail: gibibytes(totalmem()),
    ...(ok ? {} : { remedy: 'The quickstart needs about 2 GiB.' }),
  }
}

async function retrieval(): Promise<Check> {
  return check('retrieval', async () => {
    const { PassageRetriever } = await import('@querl/retrieval')
    using retriever = await PassageRetriever.build([{ id: '0', title: 'one', text: 'passage' }])
    const [found] = await retriever.search(['passage'], { topK: 1 })
    return found?.length === 1
      ? 'BM25 builds and finds'
      : Promise.reject(new Error('a search found nothing'))
  })
}

async function torch(): Promise<Check> {
  return check('torch', async () => {
    const { info } = await import('@querl/torch')
    const { version: addon, libtorch, path, isa, threads } = info()
    return `addon ${addon}, LibTorch ${libtorch}, ${isa}, ${threads} threads\n${path}`
  })
}

/** Not only that it loads: a model of one layer is made and asked. */
async function model(): Promise<Check> {
  return check('model', async () => {
    const { LanguageModel } = await import('@querl/lm')
    const config = {
      vocabSize: 16,
      hiddenSize: 8,
      intermediateSize: 16,
      layers: 1,
      heads: 2,
      kvHeads: 1,
      headDim: 4,
      maxPositions: 8,
      rmsNormEpsilon: 1e-6,
      ropeTheta: 10_000,
      qkvBias: true,
      tiedEmbeddings: true,
    }
    using tiny = await LanguageModel.create(config, {
      initialise: (_, shape) => new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.1),
    })
    const logits = await tiny.logits(Int32Array.of(1, 2, 3))
    if (!logits.every(Number.isFinite)) throw new Error('its logits are not finite')
    return `a decoder of ${tiny.parameterCount} parameters computes`
  })
}

async function check(name: string, work: () => Promise<string>): Promise<Check> {
  try {
    return { name, state: 'ok', detail: await work() }
  } catch (error) {
    const { message, remedy } = error as QuerlError
    const detail = remedy === undefined ? message : message.replace(`\n${remedy}`, '')
    return { name, state: 'failed', detail, remedy: remedy ?? 'npm run setup builds it.' }
  }
}

interface Tool {
  readonly name: string
  readonly command: readonly [file: string, ...args: string[]]
  readonly without: string
}

// Only a build from source needs these; where the binaries load, nothing is missing.
const tools: readonly Tool[] = [
  {
    name: 'compiler',
    command: ['g++', '--version'],
    without: 'no g++: a build from source needs one',
  },
  {
    name: 'cmake',
    command: ['cmake', '--version'],
    without: 'no cmake: a build from source needs one',
  },
  {
    name: 'cuda',
    command: ['nvidia-smi', '-L'],
    without: 'no NVIDIA driver: training runs on the CPU',
  },
]

async function tool({ name, command: [file, ...args], without }: Tool): Promise<Check> {
  try {
    const { stdout } = await run(file, args, { timeout: 5000 })
    return { name, state: 'ok', detail: stdout.split('\n', 1)[0]! }
  } catch {
    return { name, state: 'absent', detail: without }
  }
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(0)} GiB`
}
