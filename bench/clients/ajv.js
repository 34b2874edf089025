// node ajv.js SCHEMA ROWS: checks JSON lines against a schema and prints how many are valid.

import { createReadStream, readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { Ajv2020 } from "ajv/dist/2020.js"
import addFormats from "ajv-formats"

const [schema, rows] = process.argv.slice(2)
const ajv = new Ajv2020({ strict: false })
addFormats.default(ajv)
const isValid = ajv.compile(JSON.parse(readFileSync(schema, "utf8")))
let valid = 0
for await (const line of createInterface({ input: createReadStream(rows), crlfDelay: Infinity })) {
  if (isValid(JSON.parse(line))) valid++
  else console.error(line, isValid.errors)
}
console.log(valid)
