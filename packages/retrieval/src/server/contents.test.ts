import { describe, expect, test } from 'vitest'
import { parseContents, plainContents, quotedContents, titledString, unquoted } from './contents.js'

describe('contents', () => {
  test('have their title in quotation marks in the first line, as wiki-18', () => {
    expect(quotedContents({ title: 'Jaws', text: 'A film.' })).toBe('"Jaws"\nA film.')
    expect(quotedContents({ title: '"Jaws"', text: 'A film.' })).toBe('"Jaws"\nA film.')
    expect(quotedContents({ title: '', text: 'A film.' })).toBe('""\nA film.')
    expect(plainContents({ title: 'Jaws', text: '' })).toBe('Jaws\n')
  })

  test('keep a title of several lines in one, since readers take the first line for it', () => {
    expect(quotedContents({ title: 'Jaws \n (film)', text: 'x' })).toBe('"Jaws (film)"\nx')
  })

  test.each([
    { title: '"Evan Morris"', text: 'Evan Morris was\na lobbyist.' },
    { title: '"A "quoted" (film) title"', text: '' },
    { title: '"Round (brackets)"', text: 'with ) and\n"more"' },
  ])('are read as they were written: $title', (passage) => {
    expect(parseContents(quotedContents(passage))).toEqual(passage)
    expect(parseContents(titledString(passage))).toEqual(passage)
  })

  test('of one line are a title, as Search-R1 reads them', () => {
    // title = content.split("\n")[0]; text = "\n".join(content.split("\n")[1:])
    expect(parseContents('one line')).toEqual({ title: 'one line', text: '' })
    expect(parseContents('(Title: never closed')).toEqual({
      title: '(Title: never closed',
      text: '',
    })
  })
})

test('quotation marks go in pairs or not at all', () => {
  expect(['"a"', '"a', '"', '""', 'a'].map(unquoted)).toEqual(['a', '"a', '"', '', 'a'])
})
