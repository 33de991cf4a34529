const parts = [
  ['the house', 'that Jack built.\n\n'],
  ['the malt', 'that lay in '],
  ['the rat', 'that ate '],
  ['the cat', 'that killed '],
  ['the dog', 'that worried '],
  ['the cow with the crumpled horn', 'that tossed '],
  ['the maiden all forlorn', 'that milked '],
  ['the man all tattered and torn', 'that kissed '],
] as const

/** This Is the House That Jack Built: what follows depends on more than the letter before. */
export const rhyme = parts
  .map((_, verse) => {
    const lines = parts.slice(0, verse + 1).reverse()
    return `This is ${lines.map((part) => part.join('\n')).join('')}`
  })
  .join('')
