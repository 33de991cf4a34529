// Passages of the length of wiki-18's (about 100 words), in files, as a user has them, and questions of
// the length of NQ's (about 9 words). Made in one pass, the same for every side and every run.

import { once } from 'node:events'
import { createWriteStream, existsSync, type WriteStream } from 'node:fs'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RandomStream, randomStream } from '@querl/base'
import { openRealTexts } from './real-texts.js'

/** `zipf`: words drawn by Zipf's law. `real`: real sentences put together anew, and NQ's questions. */
export type Source = 'zipf' | 'real'

export interface Passages {
  readonly documents: number
  /** `{"id", "contents"}` a line, as Search-R1's corpora have it. */
  readonly jsonl: string
  /** The contents alone, one a line: what a peer without a JSON reader takes. */
  readonly lines: string
  /** UTF-8 bytes of all contents. */
  readonly textBytes: number
  readonly questions: readonly string[]
}

/** Makes passages and questions; the n-th of a source is the same in every corpus. */
export interface TextSource {
  passage(): { readonly title: string; readonly text: string }
  questions(count: number): string[]
}

const questionCount = 400

/**
 * @param folder where the files are kept: those of an earlier call are taken as they are
 * @returns undefined where the source's data are not at hand
 */
export async function makePassages(
  folder: string,
  source: Source,
  documents: number,
  onProgress: (text: string) => void,
): Promise<Passages | undefined> {
  const texts = source === 'zipf' ? new ZipfTexts() : await openRealTexts()
  if (!texts) return undefined
  const name = join(folder, `${source}-${documents}`)
  const files = { jsonl: `${name}.jsonl`, lines: `${name}.txt` }
  const questions = texts.questions(questionCount)
  if (!existsSync(`${name}.bytes`)) {
    await mkdir(folder, { recursive: true })
    const bytes = await write(texts, documents, files, onProgress)
    await writeFile(`${name}.bytes.part`, `${bytes}`)
    await rename(`${name}.bytes.part`, `${name}.bytes`)
  }
  const textBytes = Number(await readFile(`${name}.bytes`, 'utf8'))
  await stat(files.jsonl)
  return { documents, ...files, textBytes, questions }
}

async function write(
  texts: TextSource,
  documents: number,
  files: { readonly jsonl: string; readonly lines: string },
  onProgress: (text: string) => void,
): Promise<number> {
  const jsonl = createWriteStream(files.jsonl)
  const lines = createWriteStream(files.lines)
  let bytes = 0
  let [rows, plain] = ['', '']
  for (let i = 0; i < documents; i++) {
    const { title, text } = texts.passage()
    const contents = `"${title}"\n${text}`
    bytes += Buffer.byteLength(contents)
    rows += `${JSON.stringify({ id: String(i), contents })}\n`
    plain += `"${title}" ${text}\n`
    if (rows.length < 1 << 20 && i < documents - 1) continue
    await Promise.all([put(jsonl, rows), put(lines, plain)])
    rows = plain = ''
    onProgress(`writing passages, ${Math.round((100 * (i + 1)) / documents)} %`)
  }
  await Promise.all([end(jsonl), end(lines)])
  return bytes
}

async function put(stream: WriteStream, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain')
}

async function end(stream: WriteStream): Promise<void> {
  stream.end()
  await once(stream, 'finish')
}

// Lucene's English stop words come first, as in English; a question has some of them too.
const stopWords =
  'the of and to in a is that for it as was with be by on not he at are this or his from but an they which their there will if into no such then these'.split(
    ' ',
  )
const vocabularySize = 2_000_000
const topics = 50_000
const topicWords = 24

/**
 * A word of rank r comes about 1 / r as often as the first. A quarter of a passage's words are of its
 * topic, as real passages keep to their subject; a question asks for words of one topic.
 */
class ZipfTexts implements TextSource {
  readonly #random = randomStream(1, 'passages')
  readonly #topics: string[][] = []

  passage(): { title: string; text: string } {
    const random = this.#random
    const number = random.integer(topics)
    const topic = (this.#topics[number] ??= topicOf(number))
    const length = 70 + random.integer(61)
    const words = Array.from({ length }, () =>
      random.uniform() < 0.25 ? pick(topic, random) : wordOf(zipfRank(random)),
    )
    return { title: `${pick(topic, random)} ${pick(topic, random)}`, text: words.join(' ') }
  }

  questions(count: number): string[] {
    const random = randomStream(1, 'questions')
    return Array.from({ length: count }, () => {
      const topic = topicOf(random.integer(topics))
      const asked = Array.from({ length: 2 + random.integer(3) }, () => pick(topic, random))
      const other = Array.from({ length: 4 + random.integer(4) }, () => wordOf(zipfRank(random)))
      return ['who', ...asked, ...other].join(' ')
    })
  }
}

function zipfRank(random: RandomStream): number {
  return Math.floor(vocabularySize ** random.uniform()) - 1
}

function topicOf(number: number): string[] {
  const random = randomStream(1, `topic ${number}`)
  return Array.from({ length: topicWords }, () => wordOf(500 + zipfRank(random)))
}

function pick(words: readonly string[], random: RandomStream): string {
  return words[random.integer(words.length)]!
}

const syllables = [...'bdfghjklmnprstvz'].flatMap((first) =>
  [...'aeiou'].map((vowel) => first + vowel),
)

/** A word that can be spoken, one for each rank. */
function wordOf(rank: number): string {
  if (rank < stopWords.length) return stopWords[rank]!
  let word = 'n'
  for (let rest = rank; rest > 0; rest = Math.floor(rest / syllables.length))
    word = syllables[rest % syllables.length]! + word
  return word
}
