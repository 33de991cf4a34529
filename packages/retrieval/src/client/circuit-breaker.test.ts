import { expect, test } from 'vitest'
import { CircuitBreaker } from './circuit-breaker.js'

function breakerAt(failures: number) {
  const clock = { now: 0 }
  const breaker = new CircuitBreaker({ failures, cooldownMs: 100 }, () => clock.now)
  return { clock, breaker }
}

test('a success between failures keeps the circuit closed', () => {
  const { breaker } = breakerAt(2)
  for (let at = 0; at < 5; at++) {
    breaker.enter('It')
    breaker.failed()
    breaker.enter('It')
    breaker.succeeded()
  }
  expect(breaker.state).toBe('closed')
})

test('a probe that fails opens the circuit for as long again', () => {
  const { clock, breaker } = breakerAt(1)
  breaker.failed()
  clock.now = 100
  expect(breaker.state).toBe('half-open')
  breaker.enter('It')
  expect(() => breaker.enter('It')).toThrow('is not asked until one request has tried')
  breaker.failed()
  expect(breaker.state).toBe('open')
  clock.now = 199
  expect(() => breaker.enter('It')).toThrow('failed 2 times in a row and is not asked for 0.0 s.')
  clock.now = 200
  breaker.enter('It')
  breaker.succeeded()
  expect(breaker.state).toBe('closed')
})

test('a probe that was aborted leaves the next one its turn', () => {
  const { clock, breaker } = breakerAt(1)
  breaker.failed()
  clock.now = 100
  breaker.enter('It')
  breaker.released()
  breaker.enter('It')
})
