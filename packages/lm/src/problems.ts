import { type ErrorCode, QuerlError } from '@querl/base'

/** Collects what is wrong with a thing, so that one error tells all of it. */
export class Problems {
  readonly #found: string[] = []
  readonly #where: string

  /** @param where stands before every problem: `config.json: ` */
  constructor(where = '') {
    this.#where = where
  }

  get count(): number {
    return this.#found.length
  }

  /** @param problem a sentence */
  add(problem: string): void {
    this.#found.push(this.#where + problem)
  }

  expect(holds: boolean, problem: string): void {
    if (!holds) this.add(problem)
  }

  /** Keeps the message of the QuerlError that `check` throws. */
  try(check: () => void): void {
    try {
      check()
    } catch (error) {
      if (!(error instanceof QuerlError)) throw error
      this.add(error.message)
    }
  }

  /**
   * Throws one error with all problems; nothing, if there are none.
   *
   * @param intro stands above them where there are several
   * @throws {QuerlError} of `code`
   */
  raise(code: ErrorCode, intro: string, remedy?: string): void {
    const [first, second] = this.#found
    if (first === undefined) return
    if (second === undefined) throw new QuerlError(code, first, { remedy })
    const all = [intro, ...this.#found.map((problem) => `  ${problem}`)]
    throw new QuerlError(code, all.join('\n'), { remedy })
  }
}
