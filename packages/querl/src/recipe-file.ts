import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, resolve } from 'node:path'
import { nearest, QuerlError } from '@querl/base'
import { type Document, isMap, isNode, LineCounter, parse, parseDocument, stringify } from 'yaml'
import type { z } from 'zod'
import { pathKeys, type Recipe, recipeSchema } from './recipe.js'
import { keyDoc, keyDocs } from './recipe-schema.js'

/**
 * Reads a recipe and lays overrides over it.
 *
 * @param path a YAML file; paths inside are relative to its folder
 * @param overrides `key=value`, the key dotted (`train.lr=1e-6`), the value YAML; paths in them are
 *   relative to the working folder
 * @throws {QuerlError} ERR_QUERL_CONFIG names file, line, key and the nearest known key
 */
export async function loadRecipe(path: string, overrides: readonly string[] = []): Promise<Recipe> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new QuerlError('ERR_QUERL_CONFIG', `The recipe ${path} cannot be read.`, {
      cause,
      remedy: 'Give the path of a YAML recipe, for example recipes/quickstart.yaml.',
    })
  }
  return parseRecipe(text, { file: path, overrides })
}

export interface ParseRecipeOptions {
  /** Named in errors; paths in the text are relative to its folder. */
  readonly file: string
  readonly overrides?: readonly string[]
}

/** As {@link loadRecipe}, of a text. */
export function parseRecipe(text: string, { file, overrides = [] }: ParseRecipeOptions): Recipe {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const fault = document.errors[0]
  if (fault)
    throw configError(`${file}:${lines.linePos(fault.pos[0]).line}: ${firstLine(fault.message)}`)

  const value: unknown = document.toJS() ?? {}
  if (!isRecord(value)) throw configError(`${file}: expected keys and values, as in train:`)
  value['name'] ??= basename(file, extname(file))
  for (const key of pathKeys) makeAbsolute(value, key, dirname(resolve(file)))

  const overridden = new Map<string, string>()
  for (const override of overrides) {
    const key = applyOverride(value, override)
    overridden.set(key, override)
  }

  const parsed = recipeSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const messages = parsed.error.issues.flatMap((issue) =>
    complaints(issue, value).map(({ key, text }) => {
      const override = [...overridden].find(([name]) => key === name || key.startsWith(`${name}.`))
      const place = override ? `override ${override[1]}` : `${file}${line(document, lines, key)}`
      return `${place}: ${text}`
    }),
  )
  throw configError([...new Set(messages)].join('\n'))
}

/** The YAML of a whole recipe: `querl train` takes it as it is. */
export function formatRecipe(recipe: Recipe): string {
  return `# Every value of this run, defaults included. Run it again: querl train <this file>\n${stringify(recipe)}`
}

function applyOverride(recipe: Record<string, unknown>, override: string): string {
  const [, key, text] = /^([\w.]+)=(.*)$/s.exec(override) ?? []
  if (key === undefined || text === undefined)
    throw configError(`Expected an override key=value, but got ${JSON.stringify(override)}.`, {
      remedy: 'For example: train.lr=1e-6',
    })
  if (!keyDoc(key)) throw configError(`override ${override}: ${unknownKey(key)}`)
  let value: unknown
  try {
    value = parse(text)
  } catch (cause) {
    throw configError(`override ${override}: ${firstLine(String((cause as Error).message))}`)
  }
  if (isRecord(value) && !keyDoc(key)?.section)
    throw configError(`override ${override}: expected ${key} to be ${keyDoc(key)?.expected}.`)
  const path = key.split('.')
  let place = recipe
  for (const name of path.slice(0, -1)) {
    const inner = (place[name] ??= {})
    if (!isRecord(inner)) throw configError(`override ${override}: ${name} is not a section.`)
    place = inner
  }
  place[path.at(-1)!] = value
  for (const pathKey of pathKeys) if (pathKey === key) makeAbsolute(recipe, key, process.cwd())
  return key
}

interface Complaint {
  readonly key: string
  readonly text: string
}

function complaints(issue: z.core.$ZodIssue, recipe: unknown): Complaint[] {
  const key = issue.path.join('.')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) => {
      const whole = key ? `${key}.${name}` : name
      return { key: whole, text: unknownKey(whole) }
    })
  const doc = keyDoc(key)
  const actual = issue.path.reduce<unknown>(
    (value, name) =>
      isRecord(value) || Array.isArray(value) ? Reflect.get(value, name) : undefined,
    recipe,
  )
  if (actual === undefined && doc)
    return [{ key, text: `${key} is missing: ${doc.description} (${doc.expected}).` }]
  const shown =
    typeof actual === 'string' ? JSON.stringify(actual) : (JSON.stringify(actual) ?? 'nothing')
  const kind = actual === null ? 'null' : Array.isArray(actual) ? 'list' : typeof actual
  const wanted = issue.code === 'invalid_format' ? issue.message : doc?.expected
  const hint =
    typeof actual === 'string' && doc?.expected.startsWith('one of ')
      ? suggestion(actual, doc.expected.slice('one of '.length).split(', '))
      : ''
  return [
    {
      key,
      text: `expected ${key} to be ${wanted ?? issue.message}, but got ${shown} (${kind}).${hint}`,
    },
  ]
}

function unknownKey(key: string): string {
  const section = key.slice(0, key.lastIndexOf('.') + 1)
  const name = key.slice(section.length)
  const siblings = keyDocs
    .map((doc) => doc.key)
    .filter((known) => known.startsWith(section) && !known.slice(section.length).includes('.'))
  const sibling = nearest(
    name,
    siblings.map((known) => known.slice(section.length)),
  )
  // A key in the wrong section is as common as a misspelt one.
  const elsewhere = keyDocs.find((doc) => doc.key.endsWith(`.${name}`))?.key
  const meant = sibling ? section + sibling : (elsewhere ?? prefixed(name, section, siblings))
  return `unknown key ${key}.${meant ? ` Did you mean ${meant}?` : ''}`
}

/** `clipRatio` is no misspelling of `clip`, but begins with it. */
function prefixed(name: string, section: string, siblings: readonly string[]): string | undefined {
  const related = siblings.filter((key) => {
    const known = key.slice(section.length).toLowerCase()
    return name.toLowerCase().startsWith(known) || known.startsWith(name.toLowerCase())
  })
  return related.sort((a, b) => b.length - a.length)[0]
}

function suggestion(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates)
  return meant ? ` Did you mean ${meant}?` : ''
}

/** `:14`, or nothing where the key is not written in the file. */
function line(document: Document, lines: LineCounter, key: string): string {
  const path = key.split('.')
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true) ?? document.contents
    if (!isMap(parent)) continue
    const pair = parent.items.find((item) => String(item.key) === path[depth - 1])
    if (pair && isNode(pair.key) && pair.key.range)
      return `:${lines.linePos(pair.key.range[0]).line}`
  }
  return ''
}

function makeAbsolute(recipe: Record<string, unknown>, key: string, folder: string): void {
  const [section, name] = key.split('.') as [string, string]
  const place = recipe[section]
  if (!isRecord(place)) return
  const path = place[name]
  if (typeof path === 'string' && !isAbsolute(path)) place[name] = resolve(folder, path)
}

function configError(message: string, options: { remedy?: string } = {}): QuerlError {
  return new QuerlError('ERR_QUERL_CONFIG', message, options)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!
}
