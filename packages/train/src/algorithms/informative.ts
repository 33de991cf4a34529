/**
 * Which rows belong to a group whose rewards differ.
 *
 * A group that always or never succeeds has advantages 0: it would only cost time.
 *
 * @param rewards shape (B)
 * @param groups shape (B): rewards of one group have equal names, in any order
 */
export function informative(rewards: readonly number[], groups: readonly string[]): boolean[] {
  const first = new Map<string, number>()
  const differing = new Set<string>()
  for (const [index, group] of groups.entries()) {
    const known = first.get(group)
    if (known === undefined) first.set(group, rewards[index]!)
    else if (known !== rewards[index]) differing.add(group)
  }
  return groups.map((group) => differing.has(group))
}
