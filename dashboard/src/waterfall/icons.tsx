/** One drawing of each icon, which the rows point at: a recycled row changes a reference and builds nothing. */
import { Bot, Brain, CircleHelp, FileText, FolderOpen, Globe, Hand, ListTodo, MessageSquareText, Pencil, Plug, Search, ShieldCheck, Sparkles, SquarePen, Terminal, UserRound, Wrench, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { IconName } from './row-text.ts';

const ICONS: Readonly<Record<IconName, LucideIcon>> = {
  turn: MessageSquareText, subagent: Bot, chat: Brain, permission: Hand, policy: ShieldCheck, read: FileText, search: Search, list: FolderOpen, edit: Pencil, write: SquarePen,
  shell: Terminal, web: Globe, agent: UserRound, skill: Sparkles, plan: ListTodo, ask: CircleHelp, mcp: Plug, other: Wrench,
};

export function IconSprite({ prefix }: { prefix: string }): ReactNode {
  return (
    <svg width="0" height="0" className="wf-sprite" aria-hidden="true">
      {Object.entries(ICONS).map(([name, Icon]) => (
        <symbol key={name} id={`${prefix}-${name}`} viewBox="0 0 24 24">
          <Icon width={24} height={24} />
        </symbol>
      ))}
    </svg>
  );
}
