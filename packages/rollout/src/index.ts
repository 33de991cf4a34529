export * from './interfaces.js'
export * from './protocol.js'
export * from './trajectory.js'
