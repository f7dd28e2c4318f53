/** What a tool does, by its name alone. Each agent names its tools differently; a name nobody knows is `other`, and taken for one that may write. */

export type ToolNature = 'read' | 'search' | 'list' | 'edit' | 'write' | 'shell' | 'web' | 'agent' | 'skill' | 'plan' | 'ask' | 'mcp' | 'other';

/** Names in lower case without `_` and `-`, of all agents. */
const NAMES: Readonly<Record<Exclude<ToolNature, 'mcp' | 'other'>, readonly string[]>> = {
  read: ['read', 'fsread', 'readfile', 'readfiles', 'readfilev2', 'readmanyfiles', 'readcode', 'view', 'viewimage', 'imageread', 'zoomimage', 'notebookread', 'lsp', 'getdiagnostics'],
  search: ['grep', 'grepsearch', 'rg', 'ripgrep', 'ripgreprawsearch', 'glob', 'globfilesearch', 'filesearch', 'search', 'codebasesearch', 'semanticsearch', 'semanticsearchfull', 'searchfilecontent', 'find', 'toolsearch'],
  list: ['ls', 'list', 'listdir', 'listdirv2', 'listdirectory'],
  edit: ['edit', 'multiedit', 'editfile', 'editfilev2', 'notebookedit', 'editnotebook', 'applypatch', 'strreplace', 'replace', 'searchreplace', 'replacestringinfile', 'inserteditintofile', 'fsappend', 'insert'],
  write: ['write', 'writefile', 'create', 'createfile', 'fswrite', 'delete', 'deletefile'],
  shell: ['bash', 'shell', 'powershell', 'monitor', 'execcommand', 'localshell', 'shellcommand', 'container.exec', 'unifiedexec', 'writestdin', 'runshellcommand', 'runinterminal', 'runterminalcmd', 'runterminalcommand', 'runterminalcommandv2', 'executebash', 'executecmd', 'executepwsh', 'bashoutput', 'killshell', 'useaws', 'aws'],
  web: ['webfetch', 'websearch', 'fetch', 'googlewebsearch'],
  agent: ['agent', 'task', 'taskv2', 'subagent', 'spawnagent', 'invokeagent', 'runsubagent', 'usesubagent', 'agentcrew', 'workflow', 'waitagent', 'wait'],
  skill: ['skill', 'activateskill'],
  plan: ['todowrite', 'todo', 'todolist', 'updatetodo', 'updateplan', 'writetodos', 'exitplanmode', 'enterplanmode', 'savememory', 'thinking'],
  ask: ['askuserquestion', 'askuser', 'question', 'requestuserinput'],
};

const NATURES: ReadonlyMap<string, ToolNature> = new Map(Object.entries(NAMES).flatMap(([nature, names]) => names.map((name) => [name, nature as ToolNature] as const)));
const MCP_NAME = /^(?:mcp__|mcp_[^_]+_|mcp:|@[^/]+\/|.+___)/i;

/** The nature of a tool. `isMcp`: its span names a server. */
export function toNature(toolName: string, isMcp = false): ToolNature {
  if (isMcp || MCP_NAME.test(toolName)) return 'mcp';
  return NATURES.get(toolName.toLowerCase().replace(/[_-]/g, '')) ?? 'other';
}

/** Whether it surely changes nothing outside the conversation. */
export function isReadOnly(nature: ToolNature): boolean {
  return nature === 'read' || nature === 'search' || nature === 'list';
}
