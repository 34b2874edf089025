// node servicestack.js BASE_URL TOKEN IN_FLIGHT ID… < BODY: sends the body to every customer with the service's own client.
// The ids are FIRST..LAST.

import { readFileSync } from "node:fs"
import { JsonServiceClient } from "@servicestack/client"

const [baseUrl, token, inFlight, first, last] = process.argv.slice(2)
const body = JSON.parse(readFileSync(0, "utf8"))

class PatchCustomer {
  constructor(fields) { Object.assign(this, fields) }
  createResponse() { return {} }
  getTypeName() { return "PatchCustomer" }
  getMethod() { return "PATCH" }
}

const client = new JsonServiceClient(baseUrl)
client.bearerToken = token
let next = Number(first)
async function worker() {
  while (next <= Number(last)) {
    const id = next++
    await client.patchToUrl(`${baseUrl}/customer/${id}`, new PatchCustomer(body))
  }
}
await Promise.all(Array.from({ length: Number(inFlight) }, worker))
