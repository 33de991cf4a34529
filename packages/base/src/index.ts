export { type Addon, type Binary, type Candidate, loadAddon, platform } from './addon.js'
export { readJson, writeAtomic, writeFileAtomic, writeJsonAtomic } from './atomic-file.js'
export {
  checkInRange,
  checkNonNegative,
  checkNonNegativeInteger,
  checkPositive,
  checkPositiveInteger,
  checkString,
} from './checks.js'
export { argumentError, type ErrorCode, QuerlError, type QuerlErrorOptions } from './errors.js'
export { nearest } from './nearest.js'
export { RandomStream, randomStream } from './random.js'
