-- Edits the definition of the digits model in Neovim as a person would. Each step writes one line with the text that Neovim then shows.
-- Every wait has a condition. The script calls the functions that users map to keys.
local LIMIT_MS = 60000
local output = assert(io.open(vim.env.WALK_LINES, "w"))

local function say(step, text)
  output:write(step, ": ", text, "\n")
  output:flush()
end

--- Waits until a condition holds. Neovim handles input and messages meanwhile.
local function wait(what, condition)
  coroutine.yield({ what = what, condition = condition, limit = vim.loop.now() + LIMIT_MS })
end

local function run(walk)
  local thread = coroutine.create(walk)
  local waiting
  local timer = vim.loop.new_timer()
  local function stop(why)
    timer:stop()
    if why ~= nil then say("failed", why) end
    vim.cmd(why == nil and "qall!" or "cquit")
  end
  timer:start(0, 20, vim.schedule_wrap(function()
    if not timer:is_active() then return end
    if waiting ~= nil and not waiting.condition() then
      if vim.loop.now() > waiting.limit then stop("waited too long: " .. waiting.what) end
      return
    end
    local fine, next = coroutine.resume(thread)
    if not fine then return stop(debug.traceback(thread, next)) end
    waiting = next
    if coroutine.status(thread) == "dead" then stop() end
  end))
end

local function lines(buffer) return vim.api.nvim_buf_get_lines(buffer, 0, -1, false) end
local function text(buffer) return table.concat(lines(buffer), "\n") .. "\n" end
local function trimmed(line) return (line:gsub("^%s+", "")) end

local function read(path)
  local file = assert(io.open(path))
  local content = file:read("*a")
  file:close()
  return content
end

--- Puts the cursor on the start of a part of the text, after another part that is above.
local function go(part, below)
  local isBelow = below == nil
  for number, line in ipairs(lines(0)) do
    if not isBelow and line:find(below, 1, true) then isBelow = true end
    local column = isBelow and line:find(part, 1, true)
    if column then return vim.api.nvim_win_set_cursor(0, { number, column - 1 }) end
  end
  error("not in the text: " .. part)
end

--- The name of the file, the number and the text of the line at the cursor.
local function place()
  local row = vim.api.nvim_win_get_cursor(0)[1]
  local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(0), ":t")
  return name .. ":" .. row .. ": " .. trimmed(vim.api.nvim_get_current_line())
end

local function findings(buffer)
  local found = vim.diagnostic.get(buffer)
  if #found == 0 then return "no findings" end
  local shown = {}
  for _, each in ipairs(found) do
    table.insert(shown, (each.lnum + 1) .. ": " .. each.message:gsub("\n.*", ""))
  end
  return table.concat(shown, " | ")
end

local function isConnected(buffer)
  if vim.lsp.get_clients then return #vim.lsp.get_clients({ bufnr = buffer }) == 1 end
  return #vim.tbl_values(vim.lsp.buf_get_clients(buffer)) == 1
end

--- Waits until the server has published the findings of the text that it has.
local function settle(buffer)
  local isDone = false
  vim.lsp.buf_request(buffer, "modelwright/settled", vim.empty_dict(), function() isDone = true end)
  wait("the server is quiet", function() return isDone end)
end

--- Waits for a number of findings. Findings of earlier texts are not counted, because the script waits for the server before and after.
local function waitForFindings(buffer, count)
  settle(buffer)
  wait(count .. " findings", function() return #vim.diagnostic.get(buffer) == count end)
  settle(buffer)
end

--- Chooses a code action at the cursor by the start of its title.
local function act(title, kinds)
  local isChosen = false
  vim.ui.select = function(items, options, choose)
    for i, item in ipairs(items) do
      if options.format_item(item):find(title, 1, true) == 1 then
        isChosen = true
        return choose(item, i)
      end
    end
    error("no such action: " .. title)
  end
  local context = { only = kinds, diagnostics = {} }
  -- In Neovim 0.7, the argument is the context itself.
  if vim.fn.has("nvim-0.8") == 1 then vim.lsp.buf.code_action({ context = context })
  else vim.lsp.buf.code_action(context) end
  wait("the action " .. title, function() return isChosen end)
end

--- Types, requests completion, and accepts the only item. Neovim 0.7 sometimes shows no list; a person would then try again.
local function complete(typed)
  vim.api.nvim_input(typed .. "<C-x><C-o>")
  local again = vim.loop.now() + 3000
  wait("completions of " .. typed, function()
    if vim.fn.pumvisible() == 0 and vim.loop.now() > again then
      again = vim.loop.now() + 3000
      vim.api.nvim_input("<C-x><C-o>")
    end
    return vim.fn.pumvisible() == 1 and #vim.fn.complete_info({ "items" }).items == 1
  end)
  vim.api.nvim_input("<C-n><C-y>")
  wait("no more list", function() return vim.fn.pumvisible() == 0 end)
  vim.api.nvim_input("<Esc>")
  wait("normal mode", function() return vim.fn.mode() == "n" end)
end

vim.o.completeopt = "menuone,noselect"

run(function()
  vim.cmd("edit efemarai.yaml")
  local definition = vim.api.nvim_get_current_buf()
  local original = text(definition)
  wait("the server", function() return isConnected(definition) end)
  settle(definition)
  say("open", findings(definition))

  go("weights.url")
  vim.api.nvim_input("6lxh")
  waitForFindings(definition, 1)
  say("mistake", findings(definition))

  go("weight.url")
  act("Replace with `weights`")
  waitForFindings(definition, 0)
  say("quick fix", place())

  if vim.env.WALK_END == "killed" then vim.loop.kill(vim.loop.os_getpid(), "sigkill") end

  go("weights.url")
  complete("ct}we")
  say("complete", place())
  go("${model.files.labels.url}")
  complete("C${model.files.la")
  say("complete what is not closed", place())
  assert(text(definition) == original, "completion leaves another text")

  go("load_model")
  vim.lsp.buf.definition()
  wait("Python", function() return vim.fn.expand("%:t") == "inference.py" end)
  local python = vim.api.nvim_get_current_buf()
  wait("the server", function() return isConnected(python) end)
  say("definition", place())
  vim.lsp.buf.definition()
  wait("the definition", function() return vim.fn.expand("%:t") == "efemarai.yaml" end)
  say("back", place())

  -- The hover window closes as soon as the cursor moves.
  local hasMoved = false
  vim.api.nvim_create_autocmd("CursorMoved", { once = true, callback = function() hasMoved = true end })
  go("weights.url")
  wait("the cursor", function() return hasMoved end)
  vim.lsp.buf.hover()
  local function float()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= "" then return window end
    end
  end
  wait("a floating window", function() return float() ~= nil end)
  local shown = text(vim.api.nvim_win_get_buf(float()))
  say("hover", shown:match("is the path of the file `?weights`?") or shown)
  vim.api.nvim_win_close(float(), true)

  vim.lsp.buf.rename("parameters")
  wait("the new name", function() return text(definition):find("files.parameters.url", 1, true) ~= nil end)
  local renamed = {}
  for number, line in ipairs(lines(definition)) do
    if line:find("parameters", 1, true) then table.insert(renamed, number .. ": " .. trimmed(line)) end
  end
  settle(definition)
  say("rename", table.concat(renamed, " | ") .. "; " .. findings(definition))
  vim.cmd("undo")
  waitForFindings(definition, 0)
  say("undo", text(definition) == original and "the text before" or text(definition))

  if vim.lsp.buf.format then vim.lsp.buf.format() else vim.lsp.buf.formatting_sync() end
  say("format", text(definition) == original and "no change" or text(definition))

  vim.api.nvim_buf_set_lines(definition, -1, -1, false, { "# The end" })
  vim.cmd("write")
  say("save", read("efemarai.yaml") == original .. "# The end\n" and "the text is in the file" or read("efemarai.yaml"))

  vim.cmd("buffer " .. python)
  go("labels_path: str) ->")
  vim.api.nvim_input("isize: int, <Esc>")
  waitForFindings(definition, 1)
  say("unsaved Python", findings(definition))
  assert(vim.bo[python].modified, "the Python file is not saved")
  vim.cmd("undo")
  waitForFindings(definition, 0)
  say("undo", findings(definition))

  vim.cmd("buffer " .. definition)
  vim.cmd("%substitute/files.weights/files.weight/")
  vim.cmd("%substitute/files.labels/files.label/")
  waitForFindings(definition, 2)
  act("Apply all safe fixes", { "source.fixAll" })
  waitForFindings(definition, 0)
  say("fix all", text(definition) == original .. "# The end\n" and "the text before" or text(definition))

  local clients = vim.lsp.get_clients or vim.lsp.get_active_clients
  vim.lsp.stop_client(clients())
  wait("the end of the server", function() return #clients() == 0 end)
end)
