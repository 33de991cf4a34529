import { expect, test } from 'vitest'
import { replay } from '../../examples/web-search.js'

test('examples/web-search replays its recording offline, and nothing else', async () => {
  const [found] = await replay(['where was  Charles Babbage born '])
  expect(found!.map(({ id }) => id)).toEqual([
    'https://example.org/babbage',
    'https://example.org/walworth',
  ])
  await expect(replay(['never asked'])).rejects.toMatchObject({ code: 'ERR_QUERL_NOT_RECORDED' })
})
