import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import * as torch from './index.js'

test("the README's first example prints what it says", async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? []
  const printed: string[] = []
  const log = (...values: unknown[]) =>
    printed.push(values.map((each) => (typeof each === 'string' ? each : inspect(each))).join(' '))
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor
  const run = new AsyncFunction('torch', 'console', example.replace(/^import .*$/m, ''))
  await run(torch, { log })
  expect(printed).toEqual(
    [...example.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, text]) => text),
  )
  expect(printed.length).toBe(3)
})
