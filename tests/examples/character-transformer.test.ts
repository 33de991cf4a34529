import { describe, expect, test } from 'vitest'
import { train } from '../../examples/character-transformer.js'
import { rhyme as text } from '../../examples/nursery-rhyme.js'

/** The best mean loss on `text` of a model that sees only the character before: H(next | previous), nats. */
function bigramEntropy(): number {
  const pairs = new Map<string, number>()
  const firsts = new Map<string, number>()
  const count = (counts: Map<string, number>, key: string) =>
    counts.set(key, (counts.get(key) ?? 0) + 1)
  for (let i = 0; i + 1 < text.length; i++) {
    count(pairs, text.slice(i, i + 2))
    count(firsts, text[i]!)
  }
  let sum = 0
  for (const [pair, times] of pairs) sum -= times * Math.log(times / firsts.get(pair[0]!)!)
  return sum / (text.length - 1)
}

describe('examples/character-transformer', () => {
  test('learns more than any model of pairs of letters could', () => {
    const { losses, write } = train(120)
    const last = losses.slice(-10).reduce((total, loss) => total + loss / 10, 0)
    expect(bigramEntropy()).toBeGreaterThan(1)
    // A third of it: about 0.1 was seen, on 2 cores in 5 s.
    expect(last).toBeLessThan(bigramEntropy() / 3)
    expect(losses[0]).toBeGreaterThan(3) // of 26 characters, ln 26 = 3.26
    expect(write('This is the ', 40)).toHaveLength(52)
  })

  test('repeats itself by its seed', () => {
    expect(train(3, 1).losses).toEqual(train(3, 1).losses)
    expect(train(3, 1).losses).not.toEqual(train(3, 2).losses)
  })
})
