/** The lines of standard input, in batches as they come; blank ones are left out. */
export async function* inputLines(): AsyncGenerator<string[], void, undefined> {
  let rest = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    const lines = (rest + (chunk as string)).split('\n')
    rest = lines.pop()!
    const filled = lines.map((line) => line.trim()).filter((line) => line !== '')
    if (filled.length > 0) yield filled
  }
  if (rest.trim() !== '') yield [rest.trim()]
}
