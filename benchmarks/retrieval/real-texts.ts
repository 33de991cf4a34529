// Real sentences, put together anew. The data are not part of this repository.

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { type RandomStream, randomStream } from '@querl/base'
import type { TextSource } from './passages.js'

const names = {
  wiki: 'multihop-2wiki101/2wikimultihopqa_corpus.json.gz',
  scifact: 'ir-scifact/corpus.jsonl.gz',
  questions: 'qa-nq-open/NQ-open.dev.jsonl',
}

/** From QUERL_TEST_DATA, or the folder where the tests look; undefined where they are not there. */
export async function openRealTexts(): Promise<TextSource | undefined> {
  const folder =
    process.env['QUERL_TEST_DATA'] ??
    fileURLToPath(new URL('../../../shared/data', import.meta.url))
  const path = (name: keyof typeof names) => join(folder, names[name])
  if (!(Object.keys(names) as (keyof typeof names)[]).every((name) => existsSync(path(name))))
    return undefined
  const unpacked = async (name: keyof typeof names) =>
    gunzipSync(await readFile(path(name))).toString('utf8')
  const wiki = JSON.parse(await unpacked('wiki')) as Article[]
  const scifact = linesOf(await unpacked('scifact')).map((line) => JSON.parse(line) as Article)
  const asked = linesOf(await readFile(path('questions'), 'utf8'))
  const questions = asked.map((line) => (JSON.parse(line) as { question: string }).question)
  return new RealTexts([...wiki, ...scifact], questions)
}

interface Article {
  readonly title: string
  readonly text: string
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '')

const passageWords = 100
// A word that the articles have less often is a name or a number: in a larger corpus there are more of
// them, so that half of the time it becomes another one.
const rareBelow = 6

/**
 * A passage is a title and sentences of several articles, about a hundred words, in which rare words
 * are varied, the first variation of a word most often.
 */
class RealTexts implements TextSource {
  readonly #articles: readonly { readonly title: string; readonly sentences: string[][] }[]
  readonly #counts = new Map<string, number>()
  readonly #questions: readonly string[]
  readonly #random = randomStream(1, 'real passages')

  constructor(articles: readonly Article[], questions: readonly string[]) {
    this.#articles = articles.map(({ title, text }) => ({
      title,
      sentences: text.split(/(?<=[.!?])\s+/).map((sentence) => sentence.split(/\s+/)),
    }))
    for (const word of this.#articles.flatMap(({ sentences }) => sentences.flat()))
      this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1)
    this.#questions = questions
  }

  passage(): { title: string; text: string } {
    const random = this.#random
    const { title } = this.#articles[random.integer(this.#articles.length)]!
    const words: string[] = []
    while (words.length < passageWords) {
      const { sentences } = this.#articles[random.integer(this.#articles.length)]!
      const first = random.integer(sentences.length)
      for (const sentence of sentences.slice(first, first + 3))
        for (const word of sentence) words.push(this.#varied(word, random))
    }
    const length = passageWords - 30 + random.integer(61)
    return { title: title.replaceAll('"', ''), text: words.slice(0, length).join(' ') }
  }

  questions(count: number): string[] {
    const random = randomStream(1, 'real questions')
    return Array.from(
      { length: count },
      () => this.#questions[random.integer(this.#questions.length)]!,
    )
  }

  #varied(word: string, random: RandomStream): string {
    if ((this.#counts.get(word) ?? 0) >= rareBelow || random.uniform() < 0.5) return word
    const variation = Math.floor(10_000 ** random.uniform())
    return `${word.replace(/\W+$/, '')}${variation.toString(36)}`
  }
}
