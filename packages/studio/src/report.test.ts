import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { smooth, ticks } from './chart.js'
import { html } from './html.js'
import { writeReport } from './report.js'

const hostile = `</script><script>alert(1)</script><img src=x onerror="alert('2')"> & \u0000`

describe('the report', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'querl-report-'))
    await mkdir(join(folder, 'trajectories'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const write = (path: string, text: string) => writeFile(join(folder, path), text)
  const page = async () => readFile(await writeReport(folder), 'utf8')

  test('is written of a run that has only begun', async () => {
    await write('recipe.yaml', 'name: young\n')
    expect(await page()).toContain('This run has just begun.')
  })

  test('passes over a last line that is still being written', async () => {
    await write('recipe.yaml', 'name: young\n')
    await write('metrics.jsonl', '{"phase":"grpo","step":1,"reward/mean":0.25}\n{"phase":"gr')
    expect(await page()).toContain('come to step 1 of grpo')
  })

  test('refuses a folder that is not that of a run', async () => {
    await expect(writeReport(folder)).rejects.toThrow(/is not a run folder/)
  })

  test('shows hostile text as text, wherever it stands', async () => {
    await write('recipe.yaml', `name: ${hostile}\n`)
    await write('environment.json', JSON.stringify({ [hostile]: hostile }))
    await write('definitions.json', JSON.stringify({ 'reward/mean': { definition: hostile } }))
    await write('metrics.jsonl', '{"phase":"grpo","step":1,"reward/mean":0.25}\n')
    await write(
      'summary.json',
      JSON.stringify({ em: { [hostile]: { mean: 0.5, low: 0.4, high: 0.6, n: 8 } } }),
    )
    const record = {
      phase: 'grpo',
      step: 1,
      id: hostile,
      question: hostile,
      answers: [hostile],
      sample: 0,
      reward: 0,
      answer: hostile,
      finish: 'answer',
      error: hostile,
      segments: [
        { author: 'policy', text: `<think> ${hostile} </think>${hostile}` },
        { author: 'tool', text: `<information>Doc 1(Title: ${hostile}) ${hostile}</information>` },
      ],
    }
    await write('trajectories/grpo-00001.jsonl', `${JSON.stringify(record)}\n`)
    const text = await page()
    expect(text.match(/<script/g)).toHaveLength(1) // our own
    expect(text).not.toContain('<img')
    expect(text).not.toContain('\u0000')
    expect(text).toContain('&lt;img src=x onerror=&quot;alert(&#39;2&#39;)&quot;&gt;')
  })

  test('needs nothing from elsewhere', async () => {
    await write('recipe.yaml', 'name: alone\n')
    await write('metrics.jsonl', '{"phase":"grpo","step":1,"reward/mean":0.25}\n')
    const text = await page()
    expect(text).not.toMatch(/(src|href)=|url\(|@import|https?:/)
    expect(text).toContain('default-src &#39;none&#39;')
  })

  test('marks the gold answer in what was read, and keeps it apart from what was written', async () => {
    await write('recipe.yaml', 'name: gold\n')
    const record = {
      phase: 'grpo',
      step: 1,
      question: 'Who?',
      answers: ['Bandor', 'a-b (c)/[d]?'],
      reward: 1,
      segments: [
        {
          author: 'tool',
          text: '<information>Doc 1(Title: Kelnor) Kelnor is married to bandor.\n',
        },
      ],
    }
    await write('trajectories/grpo-00001.jsonl', `${JSON.stringify(record)}\n`)
    const text = await page()
    expect(text).toContain('<mark>bandor</mark>')
    expect(text).toContain('title="not trained on"')
  })
})

describe('a chart', () => {
  test('has round ticks inside its range', () => {
    expect(ticks(0, 1, 4)).toEqual([0, 0.5, 1])
    expect(ticks(0.02, 0.31, 4)).toEqual([0.1, 0.2, 0.3])
  })

  test('keeps its ends when smoothed, and a straight line straight', () => {
    const line = Array.from({ length: 50 }, (_, x) => ({ x, y: 2 * x }))
    expect(smooth(line)).toEqual(line)
  })
})

test('html leaves out what is not there and joins lists', () => {
  expect(html`${[html`<b>`, 1]}${undefined}${false}`.text).toBe('<b>1')
})
