import { describe, expect, test } from 'vitest'
import { argumentError, QuerlError } from './index.js'

describe('QuerlError', () => {
  test('shows the remedy on a line of its own and keeps the cause', () => {
    const cause = new Error('below')
    const error = new QuerlError('ERR_QUERL_IO', 'Cannot read a.', { remedy: 'Restore it.', cause })
    expect(error.message).toBe('Cannot read a.\nRestore it.')
    expect(error).toMatchObject({ code: 'ERR_QUERL_IO', remedy: 'Restore it.', name: 'QuerlError' })
    expect(error.cause).toBe(cause)
  })

  test('has no cause and no empty line without options', () => {
    const error = new QuerlError('ERR_QUERL_IO', 'Cannot read a.')
    expect(error.message).toBe('Cannot read a.')
    expect('cause' in error).toBe(false)
  })
})

describe('argumentError', () => {
  test.each([
    [-3, 'but got -3 (number).'],
    ['3', 'but got "3" (string).'],
    [Number.NaN, 'but got NaN (number).'],
    [null, 'but got null.'],
    [undefined, 'but got undefined.'],
    [3n, 'but got 3n (bigint).'],
    [Symbol('s'), 'but got Symbol(s) (symbol).'],
    [{ a: { b: 1 } }, 'but got { a: [Object] } (object).'],
    [Object.create(null), 'but got [Object: null prototype] {} (object).'],
  ])('says what came instead: %s', (actual, end) => {
    expect(argumentError('topK', 'a positive integer', actual).message).toBe(
      `Expected topK to be a positive integer, ${end}`,
    )
  })

  test('stays short when a large array was passed', () => {
    const { message } = argumentError('name', 'a string', new Float32Array(1e6).fill(1 / 3))
    expect(message.length).toBeLessThan(200)
  })
})
