#!/usr/bin/env node
// Committed rather than built, so that npm can link it before the first build.
import { main } from '../dist/main.js'

await main(process.argv.slice(2))
