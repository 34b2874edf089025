-- wrk -s patch.lua URL -- BODY_FILE HEADER…: the same PATCH over and over. A header is `Name: value`.

function init(words)
  local file = assert(io.open(words[1], "rb"))
  wrk.method = "PATCH"
  wrk.body = file:read("a") or file:read("*a")
  file:close()
  for i = 2, #words do
    local name, value = words[i]:match("^([^:]+): (.*)$")
    wrk.headers[name] = value
  end
end
