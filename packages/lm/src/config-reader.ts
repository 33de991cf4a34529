import { Problems } from './problems.js'

interface Json {
  readonly [key: string]: unknown
}

/** Reads the keys of a config.json, and keeps all that is wrong with their values. */
export class ConfigReader {
  readonly problems: Problems
  readonly #json: Json
  readonly #path: string

  /** @param path for messages */
  constructor(json: Json, path: string, problems = new Problems()) {
    this.#json = json
    this.#path = path
    this.problems = problems
  }

  /** undefined for null, too, which is how Python leaves a value out. */
  get(key: string): unknown {
    return this.#json[key] ?? undefined
  }

  isNull(key: string): boolean {
    return this.#json[key] === null
  }

  get keys(): string[] {
    return Object.keys(this.#json)
  }

  /** @param text continues the path: `lacks vocab_size` */
  problem(text: string): void {
    this.problems.add(`${this.#path} ${text}.`)
  }

  /** NaN, and a problem, if it is not a positive number. */
  number(key: string, instead?: number): number {
    const value = this.get(key) ?? instead
    if (value === undefined) this.problem(`lacks ${key}, a number`)
    else if (typeof value !== 'number' || value <= 0 || value === Number.POSITIVE_INFINITY)
      this.problem(`gives ${key} as ${JSON.stringify(value)}, which is not a positive number`)
    else return value // also the NaN of an `instead` that was a problem before
    return Number.NaN
  }

  /** NaN, and a problem, if it is not a positive integer. */
  count(key: string, instead?: number): number {
    const value = this.number(key, instead)
    if (Number.isNaN(value) || Number.isInteger(value)) return value
    this.problem(`gives ${key} as ${value}, which is not an integer`)
    return Number.NaN
  }

  /** False where it is missing. */
  flag(key: string): boolean {
    const value = this.get(key) ?? false
    if (typeof value !== 'boolean')
      this.problem(`gives ${key} as ${JSON.stringify(value)}, which is not a boolean`)
    return value === true
  }

  /** An object within it; an empty one where it is missing. */
  part(key: string): ConfigReader {
    const value = this.get(key) ?? {}
    if (isJson(value)) return new ConfigReader(value, `${this.#path}: ${key}`, this.problems)
    this.problem(`gives ${key} as ${JSON.stringify(value)}, which is not an object`)
    return new ConfigReader({}, this.#path, this.problems)
  }
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
