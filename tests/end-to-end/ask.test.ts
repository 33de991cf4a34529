import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { build, onlyRun, querl, smallRecipe } from './command-line.js'

let trained: string
let cwd: string
let run: string

beforeAll(async () => {
  await build()
  trained = await mkdtemp(join(tmpdir(), 'querl-ask-'))
  await writeFile(join(trained, 'small.yaml'), smallRecipe)
  const { code, stderr } = await querl(['train', 'small.yaml', 'train.steps=2'], { cwd: trained })
  if (code !== 0) throw new Error(stderr)
})
afterAll(() => rm(trained, { recursive: true }))

// Each test gets a copy, since some of them break it.
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'querl-ask-'))
  await cp(trained, cwd, { recursive: true })
  run = await onlyRun(cwd)
})
afterEach(() => rm(cwd, { recursive: true }))

const truncate = async (path: string) => writeFile(path, (await readFile(path)).subarray(0, -64))

describe('querl chat', () => {
  test('answers questions from standard input, one per line', async () => {
    const stdin = 'What is the mayor of Bankor?\n\nWhat is the spouse of Bankor?\n'
    const { code, stdout, stderr } = await querl(['chat'], { cwd, stdin })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.match(/^\? .*$/gm)).toEqual([
      '? What is the mayor of Bankor?',
      '? What is the spouse of Bankor?',
    ])
  })

  test('gives a program the segments with their authors', async () => {
    const { stdout } = await querl(['chat', '--run', run, '--json'], { cwd, stdin: 'Who?\n' })
    const reply = JSON.parse(stdout)
    expect(reply).toMatchObject({ question: 'Who?', finish: expect.any(String) })
    expect(reply.segments[0]).toEqual({ author: 'prompt', text: 'Question: Who?\n' })
    expect(reply.segments[1]).toMatchObject({ author: 'policy' })
  })

  test('names the damaged file of an index, and what to do', async () => {
    await truncate(join(run, 'index.bm25', 'manifest.json'))
    const { code, stdout, stderr } = await querl(['chat'], { cwd, stdin: 'Who?\n' })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(join(run, 'index.bm25'))
    expect(stderr).not.toContain('    at ')
  })

  test('builds a missing index again', async () => {
    await rm(join(run, 'index.bm25'), { recursive: true })
    expect((await querl(['chat'], { cwd, stdin: 'Who?\n' })).code).toBe(0)
  })

  test('does not let another policy speak for one whose checkpoint is damaged', async () => {
    await truncate(join(run, 'checkpoints/grpo/step-000002/model/model.safetensors'))
    const { code, stderr } = await querl(['chat'], { cwd, stdin: 'Who?\n' })
    expect(code).toBe(1)
    expect(stderr).toContain('has no whole checkpoint of grpo')
    expect(stderr).toContain('model/model.safetensors has')
  })

  test('names the run that was likely meant', async () => {
    const { code, stderr } = await querl(['chat', '--run', 'smal-2026'], { cwd })
    expect(code).toBe(2)
    expect(stderr).toMatch(/There is no run smal-2026\. Did you mean small-/)
  })
})

describe('querl eval', () => {
  test('repeats the figures of the summary', async () => {
    const { stdout } = await querl(['eval', 'latest', '--json'], { cwd })
    const again = JSON.parse(stdout)
    const { em } = JSON.parse(await readFile(join(run, 'summary.json'), 'utf8'))
    expect(again).toMatchObject({ policy: 'grpo', split: 'test', em: em.grpo.mean, n: em.grpo.n })
    expect(again.searches).toEqual(em.grpo.searches)
  })

  test('counts the questions that are asked for, of the split that is asked for', async () => {
    const args = [
      'eval',
      'latest',
      '--split',
      'dev',
      '--count',
      '4',
      '--random-passages',
      '--redraw',
    ]
    const { stdout, code } = await querl([...args, '--json'], { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ split: 'dev', n: 4 })
  })

  test('refuses a count that is none', async () => {
    const { code, stderr } = await querl(['eval', 'latest', '--count', 'many'], { cwd })
    expect(code).toBe(2)
    expect(stderr).toContain('Expected --count to be a positive integer, but got "many" (string).')
  })
})

describe('the small commands', () => {
  test('doctor says for a program what is there', async () => {
    const { code, stdout } = await querl(['doctor', '--json'], { cwd })
    const report = JSON.parse(stdout)
    expect({ code, problems: report.problems }).toEqual({ code: 0, problems: 0 })
    expect(report.checks).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'torch', state: 'ok' }),
        expect.objectContaining({ name: 'retrieval', state: 'ok' }),
      ]),
    )
  })

  test('runs lists what came out, report writes the page again', async () => {
    expect((await querl(['runs'], { cwd })).stdout).toMatch(/small-.* warmStart .*grpo /)
    await rm(join(run, 'report.html'))
    expect((await querl(['report'], { cwd })).code).toBe(0)
    expect(await readFile(join(run, 'report.html'), 'utf8')).toContain('<!doctype html>')
  })

  test('every command explains itself with three examples', async () => {
    for (const name of [
      'quickstart',
      'train',
      'eval',
      'chat',
      'report',
      'runs',
      'recipe',
      'doctor',
    ]) {
      const { code, stdout } = await querl([name, '--help'], { cwd })
      expect(code).toBe(0)
      expect(
        stdout.split('Examples:\n')[1]!.trim().split('\n').length,
        name,
      ).toBeGreaterThanOrEqual(6)
    }
  })
})
