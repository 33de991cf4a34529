// Runs one way of leaving a process, or a worker, while a run() is computed. Called by
// run-exit.test.ts with the addon's folder, LibTorch's, and the case.

const { readdirSync } = require('node:fs')
const { join } = require('node:path')
const { isMainThread, parentPort, Worker, workerData } = require('node:worker_threads')

const [addonFolder, libtorch, name] = isMainThread ? process.argv.slice(2) : workerData

const stub = require(join(addonFolder, 'stub.node'))
const files = readdirSync(join(libtorch, 'lib'))
const first = files.filter((file) => /^lib(cudart|cupti|gomp)[-.].*so/.test(file)).sort()
for (const file of [...first, 'libc10.so', 'libtorch_cpu.so'])
  stub.open(join(libtorch, 'lib', file))
const native = require(join(addonFolder, 'torch.node'))

const buffer = new Float64Array(64)
native.setCallBuffer(buffer)
const matmul = native
  .operatorOverloads('aten::matmul')
  .find(({ schema }) => !schema.includes('out'))
const object = 2 // its tag in the buffer

const square = native.createTensor({}, new Float32Array(700 * 700).fill(0.001), 6, [700, 700], true)

function multiplied(id) {
  buffer.set([object, id, object, square])
  native.callOperator(matmul.index, 4, {})
  return buffer[1]
}

/** By default many seconds of work in the queue. */
function compute(count = 3000) {
  const done = native.beginRun()
  let id = square
  for (let i = 0; i < count; i++) id = multiplied(id)
  return { done, id }
}

const again = () => new Worker(__filename, { workerData: [addonFolder, libtorch, name] })

const cases = {
  'process.exit after the callback': () => {
    compute()
    native.endRun(false)
    setTimeout(() => process.exit(7), 50)
  },
  'process.exit in the callback': () => {
    compute()
    process.exit(7)
  },
  'an uncaught error after the callback': () => {
    compute()
    native.endRun(false)
    setTimeout(() => {
      throw new Error('uncaught')
    }, 50)
  },
  'worker.terminate after the callback': () => {
    const worker = again()
    worker.on('message', async () => {
      await worker.terminate()
      process.exitCode = 7
    })
  },
  'worker.terminate while a shape is waited for': () => {
    const worker = again()
    worker.on('message', async () => {
      await worker.terminate()
      process.exitCode = 7
    })
  },
  'process.exit while workers compute': () => {
    let ready = 0
    for (let i = 0; i < 2; i++)
      again().on('message', () => {
        if (++ready === 2) process.exit(7)
      })
  },
  'a callback that fails, and nothing else': async () => {
    const { done } = compute()
    native.endRun(true)
    const code = await done.catch((error) => error.code)
    process.exitCode = code === 'ERR_QUERL_ABORTED' ? 7 : 1
  },
  'an event loop that runs dry after a run': async () => {
    const done = native.beginRun()
    multiplied(square)
    native.endRun(false)
    await done
    process.exitCode = 7
  },
}

if (isMainThread) cases[name]()
else if (name.includes('shape')) {
  const { id } = compute(100) // nothing interrupts the wait: terminate() takes as long
  parentPort.postMessage(0)
  native.tensorInfo(id)
} else {
  compute()
  native.endRun(false)
  parentPort.postMessage(0)
}
