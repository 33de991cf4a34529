// Runs one way of leaving a process, or a worker, while native threads compute. Called by
// addon-exit.test.ts with the addon's folder, LibTorch's, and the case.

const { existsSync, readdirSync } = require('node:fs')
const { join } = require('node:path')
const { isMainThread, Worker, workerData } = require('node:worker_threads')

const [addonFolder, libtorch, name] = isMainThread ? process.argv.slice(2) : workerData

function load() {
  const stub = require(join(addonFolder, 'stub.node'))
  const files = readdirSync(join(libtorch, 'lib'))
  const first = files.filter((file) => /^lib(cudart|cupti|gomp)[-.].*so/.test(file)).sort()
  for (const file of [...first, 'libc10.so', 'libtorch_cpu.so']) {
    const path = join(libtorch, 'lib', file)
    if (existsSync(path)) stub.open(path)
  }
  return require(join(addonFolder, 'torch.node'))
}

const native = load()
const config = {
  vocabSize: 300,
  hiddenSize: 128,
  intermediateSize: 256,
  layers: 4,
  heads: 4,
  kvHeads: 2,
  headDim: 32,
  maxPositions: 100_000,
  rmsNormEpsilon: 1e-6,
  ropeTheta: 10_000,
  qkvBias: true,
  tiedEmbeddings: true,
  valueHead: false,
}

const options = {
  dtype: 'float32',
  device: 'cpu',
  threads: 2,
  microBatchTokens: 4096,
  checkpointing: false,
  sharePrompts: false,
  optimizerBits: 32,
  strict: false,
}
const budget = (maxTokens) => ({ threads: 2, maxTokens, maxBatchTokens: 0, stallTimeoutMs: 60_000 })

/** A job of many seconds, and a turn of many tokens. */
function compute(engine, sequences = 240) {
  const model = native.createModel(config, { ...options, engine })
  native.parameterSpecs(config).forEach(({ name: parameter, shape }, index) => {
    const count = shape.reduce((product, size) => product * size, 1)
    const data = Float32Array.from({ length: count }, (_, i) =>
      parameter.includes('norm') ? 1 : Math.sin(i + index) / 8,
    )
    native.setParameter(model, index, data)
  })
  native.weightsChanged(model)
  const tokens = new Int32Array(sequences * 1000).fill(7)
  const offsets = Float64Array.from({ length: sequences + 1 }, (_, i) => i * 1000)
  const weights = undefined
  const job = native.logprobs(model, tokens, offsets, weights, 1, new Int32Array(0), false)
  const bytes = [new Uint8Array(0), new Uint32Array(301)]
  const sampler = native.createSampler(model, ...bytes, budget(100_000), () => {})
  const session = native.openSession(sampler, true)
  const prompt = Int32Array.of(1, 2, 3)
  native.generate(sampler, session, 1, prompt, 90_000, 1, 1, 0, 0, 1, false, 0)
  return { model, sampler, job }
}

const cases = {
  'process.exit in a job': (engine) => {
    compute(engine)
    setTimeout(() => process.exit(7), 100)
  },
  'uncaught error in a job': (engine) => {
    compute(engine)
    setTimeout(() => {
      throw new Error('uncaught')
    }, 100)
  },
  'dispose in a job': async (engine) => {
    const { model, sampler, job } = compute(engine)
    setTimeout(() => {
      native.disposeSampler(sampler)
      native.disposeModel(model)
    }, 100)
    const code = await job.catch((error) => error.code)
    process.exitCode = code === 'ERR_QUERL_ABORTED' ? 7 : 1
  },
  'worker.terminate in a job': (engine) => {
    const data = [addonFolder, libtorch, `in a worker: ${engine}`]
    const worker = new Worker(__filename, { workerData: data })
    worker.on('message', async () => {
      await worker.terminate()
      process.exitCode = 7
    })
  },
  'process.exit with busy workers': (engine) => {
    const data = [addonFolder, libtorch, `in a worker: ${engine}`]
    let ready = 0
    for (let i = 0; i < 2; i++)
      new Worker(__filename, { workerData: data }).on('message', () => {
        if (++ready === 2) process.exit(7)
      })
  },
  'two workers that finish': (engine) => {
    const data = [addonFolder, libtorch, `finish: ${engine}`]
    let sum = 0
    for (let i = 0; i < 2; i++)
      new Worker(__filename, { workerData: data }).on('message', (done) => {
        sum += done
        if (sum === 2) process.exitCode = 7
      })
  },
  'event loop runs dry with live handles': async (engine) => {
    const { sampler, job, model } = compute(engine, 4)
    native.disposeSampler(sampler)
    native.createSampler(model, new Uint8Array(0), new Uint32Array(301), budget(1000), () => {})
    await job
    process.exitCode = 7
  },
}

if (isMainThread) {
  const [, title, engine] = /^(.*): (.*)$/.exec(name)
  cases[title](engine)
} else {
  const { parentPort } = require('node:worker_threads')
  const engine = name.split(': ')[1]
  const { model, sampler, job } = compute(engine)
  if (name.startsWith('finish')) {
    native.disposeSampler(sampler)
    native.disposeModel(model)
    job.catch(() => parentPort.postMessage(1))
  } else {
    setTimeout(() => parentPort.postMessage(0), 100)
  }
}
